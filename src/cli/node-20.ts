/*
 * The adapters are written for the Node of the app, and a terminal may have Node 20, which lacks this. Nothing else of
 * theirs is missing there: test/cli/bundle.test.ts runs the bundle under it where there is one.
 */
Promise.withResolvers ??= <T>() => {
  let resolve: (value: T | PromiseLike<T>) => void = () => {};
  let reject: (reason?: unknown) => void = () => {};
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
};
