/** What is loaded only where there is somebody to tell. */
export { applicationInsights } from './application-insights.ts';
export { otlp } from './otlp.ts';
export { openSdk } from './sdk.ts';
