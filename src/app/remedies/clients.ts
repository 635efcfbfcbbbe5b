import { openInPortal } from './address.ts';
import { patch } from './azure-cli.ts';
import { signalr } from './bicep.ts';
import { block, signalrService } from './terraform.ts';
import type { Remedies } from './topics.ts';

const ORIGIN = 'https://<host of your pages>';

export const clients = {
  CorsAllowsAll: (subject) => ({
    text: 'Name the origins of your pages. Clients that are no browsers send no origin and are not affected.',
    portal: [
      openInPortal(subject),
      'Under Settings select CORS.',
      'Add the origin of each of your pages, such as https://chat.example.com, remove *, and save.',
    ],
    azureCli: patch(subject, { cors: { allowedOrigins: [ORIGIN] } }),
    bicep: signalr(subject, { cors: { allowedOrigins: [ORIGIN] } }),
    terraform: signalrService(subject, { cors: block({ allowed_origins: [ORIGIN] }) }),
  }),

  ClientCertificatesOff: (subject) => ({
    text:
      'Ask for a certificate in the TLS handshake where every client has one. Browsers then ask their users to choose ' +
      'one, so leave it where the clients are pages on the internet.',
    portal: [
      openInPortal(subject),
      'Under Settings select Settings (or TLS), set Client certificate to Enabled, and save; else use the command.',
    ],
    azureCli: patch(subject, { tls: { clientCertEnabled: true } }),
    bicep: signalr(subject, { tls: { clientCertEnabled: true } }),
    terraform: signalrService(subject, { tls_client_cert_enabled: true }),
  }),
} satisfies Remedies;
