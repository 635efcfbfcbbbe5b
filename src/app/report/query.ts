/** How a report's list is chosen and ordered. */
export interface ReportQuery {
  /** 1 is the first. */
  readonly page: number;
  /** Part of a target's name or resource id; '' for all. */
  readonly search: string;
  readonly verdict: 'Disabled' | 'DisableNow' | 'MigrateFirst' | 'Unknown' | null;
  /** At least this severe. */
  readonly severity: 'high' | 'medium' | 'low' | 'info' | null;
  readonly show: 'all' | 'attention' | 'overdue' | 'rotating' | 'held';
  readonly sort: 'attention' | 'name' | 'age' | 'due' | 'observed';
}

export const EVERYTHING: ReportQuery = {
  page: 1,
  search: '',
  verdict: null,
  severity: null,
  show: 'all',
  sort: 'attention',
};

/** Targets a page. */
export const PAGE_SIZE = 100;
