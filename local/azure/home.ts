/** The place that an application's processes live in: it hands them their settings once, as they start. */
export interface Home {
  /** Grows whenever the processes are started anew. */
  readonly starts: number;
  /** What a process that starts now is given; null without a value. */
  read(): { readonly value: string; readonly version: string } | null;
}
