import type { Area } from './area.ts';

/** Everything that comes in from outside. What the laws are asked of is loaded when it is wanted. */
export const areas: readonly Area[] = [
  {
    name: 'connection-strings',
    about: 'a connection string',
    open: async () => (await import('./connection-strings.ts')).open(),
  },
  {
    name: 'rotation-file',
    about: 'a rotation.json',
    open: async () => (await import('./rotation-file.ts')).open(),
  },
  {
    name: 'table-rows',
    about: 'a row of a table',
    open: async () => (await import('./table-rows.ts')).open(),
  },
  {
    name: 'messages',
    about: 'a message',
    open: async () => (await import('./messages.ts')).open(),
  },
  {
    name: 'azure-answers',
    about: 'an answer of Azure',
    open: async () => (await import('./azure-answers.ts')).open(),
  },
  {
    name: 'http',
    about: 'a request',
    open: async () => (await import('./http.ts')).open(),
  },
];
