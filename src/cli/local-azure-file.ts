/** Where `npm start` says how its Azure is reached, from the folder that it runs in. One for each port of the app. */
export const localAzureFile = (url: string): string => `.local/azure-${new URL(url).port}.json`;
