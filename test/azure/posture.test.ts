import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { postureIn } from '../../src/azure/posture.ts';

/** A resource that says this of its properties, and nothing else. */
const said = (properties: unknown) => postureIn({ properties });

describe('the posture of a resource', () => {
  it('is what ARM says of it', () => {
    const resource = {
      location: 'westeurope',
      sku: { name: 'Premium_P1', tier: 'Premium', capacity: 1 },
      identity: { type: 'SystemAssigned, UserAssigned', principalId: 'x' },
      properties: {
        disableLocalAuth: true,
        disableAadAuth: true,
        publicNetworkAccess: 'Disabled',
        networkACLs: {
          defaultAction: 'Deny',
          publicNetwork: { allow: ['ClientConnection'], deny: null },
          privateEndpoints: [{ name: 'pe.1', allow: ['ServerConnection', 'RESTAPI'], deny: ['Trace'] }],
          ipRules: [
            { value: '203.0.113.0/24', action: 'Allow' },
            { value: '0.0.0.0/0', action: 'Deny' },
          ],
        },
        privateEndpointConnections: [
          {
            name: 'pe.1',
            properties: {
              privateEndpoint: {
                id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/privateEndpoints/pe',
              },
              privateLinkServiceConnectionState: { status: 'Approved', actionsRequired: 'None' },
            },
          },
        ],
        tls: { clientCertEnabled: true },
        cors: { allowedOrigins: ['https://example.com'] },
        features: [{ flag: 'ServiceMode', value: 'Serverless', properties: {} }],
        upstream: { templates: [{ urlTemplate: 'https://f.example/?code=s3cret', auth: { type: 'ManagedIdentity' } }] },
        resourceLogConfiguration: {
          categories: [
            { name: 'ConnectivityLogs', enabled: 'true' },
            { name: 'MessagingLogs', enabled: 'false' },
            { name: 'HttpRequestLogs', enabled: 'True' },
          ],
        },
      },
    };
    expect(postureIn(resource)).toEqual({
      location: 'westeurope',
      sku: { name: 'Premium_P1', tier: 'Premium' },
      localAuthDisabled: true,
      aadAuthDisabled: true,
      publicNetworkAccess: false,
      networkAcls: {
        defaultAction: 'Deny',
        publicNetwork: { allow: ['ClientConnection'], deny: null },
        privateEndpoints: [{ name: 'pe.1', allow: ['ServerConnection', 'RESTAPI'], deny: ['Trace'] }],
        ipRules: [
          { value: '203.0.113.0/24', action: 'Allow' },
          { value: '0.0.0.0/0', action: 'Deny' },
        ],
      },
      privateEndpoints: [
        {
          name: 'pe.1',
          endpointId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/privateEndpoints/pe',
          status: 'Approved',
        },
      ],
      clientCertificates: true,
      corsOrigins: ['https://example.com'],
      serviceMode: 'Serverless',
      upstreams: [{ auth: 'ManagedIdentity' }],
      identity: 'SystemAssigned, UserAssigned',
      resourceLogs: ['ConnectivityLogs', 'HttpRequestLogs'],
    });
  });

  it('lets everything through where ARM says nothing', () => {
    expect(postureIn({})).toEqual({
      location: null,
      sku: null,
      localAuthDisabled: false,
      aadAuthDisabled: false,
      publicNetworkAccess: true,
      networkAcls: null,
      privateEndpoints: [],
      clientCertificates: false,
      corsOrigins: null,
      serviceMode: 'Default',
      upstreams: [],
      identity: null,
      resourceLogs: null,
    });
  });

  it.each([
    ['Disabled', false],
    ['disabled', false],
    ['Enabled', true],
    ['SomethingNew', true],
    [false, true],
    [null, true],
  ])('has public network access %j: %s', (publicNetworkAccess, isOn) => {
    expect(said({ publicNetworkAccess }).publicNetworkAccess).toBe(isOn);
  });

  it('knows request types in any case, and leaves out those that are new', () => {
    const publicNetwork = { allow: ['clientconnection', 'RestApi', 'Telepathy', 7, null], deny: [] };
    expect(said({ networkACLs: { defaultAction: 'deny', publicNetwork } }).networkAcls).toMatchObject({
      defaultAction: 'Deny',
      publicNetwork: { allow: ['ClientConnection', 'RESTAPI'], deny: [] },
    });
  });

  it('has network ACLs that allow, where they are there and do not say', () => {
    const rules = { allow: null, deny: null };
    const networkAcls = { defaultAction: 'Allow', publicNetwork: rules, privateEndpoints: [], ipRules: [] };
    expect(said({ networkACLs: {} })).toMatchObject({ networkAcls });
    expect([said({ networkACLs: null }).networkAcls, said({ networkACLs: [] }).networkAcls]).toEqual([null, null]);
  });

  it('tells a list of origins that is empty from none', () => {
    expect(said({ cors: { allowedOrigins: [] } }).corsOrigins).toEqual([]);
    expect(said({ cors: { allowedOrigins: null } }).corsOrigins).toBeNull();
    expect(said({ cors: null }).corsOrigins).toBeNull();
  });

  it('keeps a private endpoint whatever else ARM leaves out of it', () => {
    const pending = { properties: { privateLinkServiceConnectionState: { status: 'pending' } } };
    expect(said({ privateEndpointConnections: [{}, pending] }).privateEndpoints).toEqual([
      { name: 'unnamed', endpointId: null, status: 'Unknown' },
      { name: 'unnamed', endpointId: null, status: 'Pending' },
    ]);
  });

  it.each([
    ['serverless', 'Serverless'],
    ['Classic', 'Classic'],
    ['PredefinedOnly', 'Default'],
    [undefined, 'Default'],
  ])('is of service mode %s: %s', (value, mode) => {
    expect(said({ features: [{ flag: 'servicemode', value }] }).serviceMode).toBe(mode);
  });

  it('says how an upstream signs in, and never its address', () => {
    const urlTemplate = 'https://f.example/api?code=s3cret';
    const templates = [{ urlTemplate }, { urlTemplate, auth: { type: 'managedidentity' } }, { auth: { type: 'None' } }];
    const posture = said({ upstream: { templates } });
    expect(posture.upstreams).toEqual([{ auth: 'None' }, { auth: 'ManagedIdentity' }, { auth: 'None' }]);
    expect(JSON.stringify(posture)).not.toContain('s3cret');
  });

  it('has no identity where that is of type None', () => {
    expect(postureIn({ identity: { type: 'none' } }).identity).toBeNull();
  });

  it('takes the tier from the name of the SKU where it stands only there', () => {
    expect(postureIn({ sku: { name: 'Free_F1' } }).sku).toEqual({ name: 'Free_F1', tier: 'Free' });
  });
});

describe('the resource logs of a resource', () => {
  const older = (connectivity: string, messaging: string) => [
    { flag: 'EnableConnectivityLogs', value: connectivity },
    { flag: 'enablemessaginglogs', value: messaging },
  ];

  it('are what the older features switch on, where they are not configured', () => {
    const features = older('True', 'False');
    expect(said({ features, resourceLogConfiguration: null }).resourceLogs).toEqual(['ConnectivityLogs']);
    expect(said({ features: older('false', 'TRUE') }).resourceLogs).toEqual(['MessagingLogs']);
    expect(said({ features: older('false', 'false') }).resourceLogs).toEqual([]);
  });

  it('are what is configured, whatever the older features say', () => {
    const categories = [
      { name: 'messaginglogs', enabled: 'true' },
      { name: 'NewLogs', enabled: true },
      { enabled: 'true' },
    ];
    const properties = { features: older('True', 'False'), resourceLogConfiguration: { categories } };
    expect(said(properties).resourceLogs).toEqual(['MessagingLogs', 'NewLogs']);
  });
});

describe('an answer of any form', () => {
  const anything = fc.jsonValue({ maxDepth: 4 });
  const places = ['location', 'sku', 'identity', 'properties'];
  const properties = [
    ...['disableLocalAuth', 'disableAadAuth', 'publicNetworkAccess', 'networkACLs', 'privateEndpointConnections'],
    ...['tls', 'cors', 'features', 'upstream', 'resourceLogConfiguration'],
  ];
  const inside = [
    'defaultAction',
    'publicNetwork',
    'privateEndpoints',
    'ipRules',
    'allow',
    'name',
    'value',
    'toString',
  ];
  const nested = [...inside, 'allowedOrigins', 'templates', 'auth', 'type', 'flag', 'categories', 'properties'];
  const objectOf = (keys: readonly string[], value: fc.Arbitrary<unknown>) =>
    fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: keys.length });
  const { part } = fc.letrec<{ part: unknown }>((tie) => ({
    part: fc.oneof({ maxDepth: 5 }, anything, objectOf(nested, tie('part')), fc.array(tie('part'), { maxLength: 3 })),
  }));
  const resources = fc
    .tuple(objectOf(places, fc.oneof(anything, part)), objectOf(properties, part))
    .map(([resource, own]) => ({ properties: own, ...resource }));

  it('is never too much, and what is made of it is what a row can hold', () => {
    fc.assert(
      fc.property(resources, (resource) => {
        const asArrived: Record<string, unknown> = JSON.parse(JSON.stringify(resource));
        const posture = postureIn(asArrived);
        expect(JSON.parse(JSON.stringify(posture))).toEqual(posture);
      }),
      { numRuns: 300 },
    );
  });
});
