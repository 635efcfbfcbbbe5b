// Loads a bundle as the Node worker does, and prints what it registers. Run with the settings to test, and no others.
const Module = require('node:module');

const registered = [];
const core = {
  version: '3.0.0',
  hostVersion: '4.0.0',
  registerFunction: ({ name, bindings }) => registered.push({ name, bindings }),
  registerHook: () => ({ dispose() {} }),
  setProgrammingModel() {},
  getProgrammingModel() {},
  log() {},
  Disposable: class {
    dispose() {}
  },
};
const load = Module._load;
Module._load = (request, ...rest) => (request === '@azure/functions-core' ? core : load.call(Module, request, ...rest));
require(`${process.cwd()}/${require(`${process.cwd()}/package.json`).main}`);
process.stdout.write(JSON.stringify(registered));
