/** Event Grid delivers no larger event or batch, and a queue no message of more than 64 KiB. */
export const LARGEST_DELIVERY = 1_048_576;

/**
 * Whether a JSON value, or the text of one, certainly takes more than so many bytes. Counts no more than what stands in it, so that
 * nothing is called too large that is not; without recursion, since depth comes from outside, and no further than it has to.
 */
export function isLargerThan(limit: number, value: unknown): boolean {
  const rest: unknown[] = [value];
  let size = 0;
  while (rest.length > 0 && size <= limit) {
    const next = rest.pop();
    size += typeof next === 'string' ? next.length : 1;
    if (typeof next !== 'object' || next === null) continue;
    const names = Array.isArray(next) ? [] : Object.keys(next);
    // What stands between the members of a list, or the names of an object.
    size += Array.isArray(next) ? next.length : names.reduce((sum, name) => sum + name.length, 0);
    if (size <= limit) for (const member of Object.values(next)) rest.push(member);
  }
  return size > limit;
}
