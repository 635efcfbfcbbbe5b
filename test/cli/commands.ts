/** A command line of each command that asks the app. */
export const APP_COMMANDS: readonly (readonly string[])[] = [
  ['report'],
  ['report', '--csv'],
  ['status'],
  ['status', 'chat-prod'],
  ['plan', 'chat-prod'],
  ['history', 'chat-prod', '--verify'],
  ['rotate', 'chat-prod'],
  ['rotate', 'chat-prod', '--wait'],
  ['compromise', 'chat-prod', '--slot', 'primary'],
  ['ack', 'chat-prod', 'web', '--entra'],
  ['rollback', 'chat-prod', '--why', 'a test'],
  ['retire', 'chat-prod', '--give-up', 'web', '--why', 'a test'],
  ['forget', 'chat-prod', '--why', 'a test'],
  ['freeze', 'chat-prod', '--for', '2d', '--why', 'a test'],
  ['unfreeze', '--all'],
  ['refresh'],
];
