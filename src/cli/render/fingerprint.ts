/** `3f9a1c2e` of `sha256:3f9a1c2e…`: enough to tell the few keys of a list apart. */
export const short = (fingerprint: unknown): string =>
  typeof fingerprint === 'string' ? fingerprint.replace('sha256:', '').slice(0, 8) : '?';
