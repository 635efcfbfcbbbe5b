import { app, type HttpHandler, type HttpRequest, type InvocationContext } from '@azure/functions';

const events: unknown[] = [];
const said = (jsonBody: unknown) => ({ jsonBody });

app.hook.appStart(() => {
  events.push('appStart');
});
app.hook.appTerminate((context) => {
  events.push('appTerminate', context.hookData);
  Object.assign(globalThis, { terminatedWith: events });
});
app.hook.preInvocation((context) => {
  if (context.invocationContext.functionName !== 'hooked') return;
  context.hookData.began = true;
  context.functionHandler = () => ({ body: 'from a hook' });
});
app.hook.postInvocation((context) => {
  const { functionName } = context.invocationContext;
  if (functionName === 'hooked') events.push({ hookData: context.hookData, result: context.result });
  if (functionName === 'rescued') {
    context.error = null;
    context.result = { status: 418, body: (context.inputs[0] as HttpRequest).method };
  }
});
app.hook.log((context) => {
  if (context.category === 'user') context.message = context.message.replace('hunter2', '***');
});

app.http('events', { route: 'events', handler: () => said(events) });
app.http('hooked', { handler: () => ({ body: 'from the function' }) });
app.http('rescued', {
  handler: () => {
    throw new Error('taken away by a hook');
  },
});

app.http('named', { handler: () => ({ body: 'by its name' }) });
app.http('target', { route: 'targets/{target}', handler: ({ params }) => said({ target: params }) });
app.http('acks', {
  methods: ['POST'],
  route: 'targets/{target}/acks',
  handler: ({ params }) => said({ acks: params }),
});
app.http('action', {
  methods: ['POST'],
  route: 'targets/{target}/{action}',
  handler: ({ params }) => said({ action: params }),
});
app.http('page', { route: 'pages/{page:int}', handler: ({ params }) => said({ page: params }) });
app.http('pageByName', { route: 'pages/{name}', handler: ({ params }) => said({ named: params }) });
app.http('optional', { route: 'optional/{x?}', handler: ({ params }) => said({ optional: params }) });
app.http('rest', { route: 'files/{*path}', handler: ({ params }) => said({ files: params }) });

app.http('echo', {
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
  handler: async (request: HttpRequest) =>
    said({
      method: request.method,
      url: request.url,
      query: Object.fromEntries(request.query),
      header: request.headers.get('x-asked'),
      type: request.headers.get('content-type'),
      hex: Buffer.from(await request.arrayBuffer()).toString('hex'),
    }),
});
app.http('answer', {
  handler: () => ({
    status: 201,
    headers: { 'x-answered': 'yes', 'content-type': 'application/problem+json' },
    cookies: [
      { name: 'a', value: '1' },
      {
        name: 'b',
        value: '2',
        path: '/',
        httpOnly: true,
        secure: true,
        sameSite: 'Lax',
        maxAge: 60,
        expires: new Date(1e12),
      },
    ],
    body: '{"code":"Teapot"}',
  }),
});
app.http('bytes', { handler: () => ({ body: new Uint8Array([0, 255, 1]) }) });
app.http('nothing', { handler: (() => undefined) as unknown as HttpHandler });
app.http('throws', {
  handler: () => {
    throw new Error('AccessKey=do-not-tell');
  },
});
app.http('guarded', { authLevel: 'function', handler: () => ({ body: 'in' }) });
app.http('guardedMore', { authLevel: 'admin', handler: () => ({ body: 'in' }) });
app.http('slow', {
  handler: async (_request: HttpRequest, context: InvocationContext) => {
    events.push('slow began');
    context.log('password hunter2');
    await new Promise((resolve) => setTimeout(resolve, 300));
    events.push('slow ended');
    return { body: 'slow'.repeat(100_000) };
  },
});
app.http('endless', { handler: () => new Promise(() => {}) });
app.http('setting', { handler: () => ({ body: process.env.GREETING ?? 'unset' }) });
