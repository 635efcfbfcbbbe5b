import type { ResourcePosture } from '../../src/core/posture.ts';

/** A resource with which nothing is wrong: no finding, and nothing in the way of a verdict. */
export const aPosture = (own: Partial<ResourcePosture> = {}): ResourcePosture => ({
  location: 'westeurope',
  sku: { name: 'Standard_S1', tier: 'Standard' },
  localAuthDisabled: true,
  aadAuthDisabled: false,
  publicNetworkAccess: false,
  networkAcls: {
    defaultAction: 'Deny',
    publicNetwork: { allow: [], deny: null },
    privateEndpoints: [{ name: 'pe-chat', allow: ['ServerConnection', 'RESTAPI', 'ClientConnection'], deny: null }],
    ipRules: [],
  },
  privateEndpoints: [{ name: 'pe-chat', endpointId: null, status: 'Approved' }],
  clientCertificates: true,
  corsOrigins: ['https://chat.example.com'],
  serviceMode: 'Default',
  upstreams: [],
  identity: 'SystemAssigned',
  resourceLogs: ['ConnectivityLogs', 'MessagingLogs', 'HttpRequestLogs'],
  ...own,
});
