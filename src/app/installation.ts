/** The mark of this app in the tag ManagedBy. Other tools use the tag as well, so only our own form is looked at. */
const MARK = 'signalr-key-rotation:';

export const installationMark = (installation: string): string => `${MARK}${installation}`;

export const isInstallationMark = (tag: string | undefined): boolean => tag?.startsWith(MARK) ?? false;

/** Whether another installation of this app wrote a version. */
export const isManagedByAnother = (tags: Readonly<Record<string, string>>, installation: string): boolean =>
  isInstallationMark(tags.ManagedBy) && tags.ManagedBy !== installationMark(installation);
