import { addressOf } from './address.ts';
import { SIGNALR_API } from './azure-cli.ts';
import { hclString } from './quoting.ts';
import type { Subject } from './remedy.ts';

/** An expression that is written as it stands. Made here only, never of what comes from outside. */
interface Expression {
  readonly hcl: string;
}

type HclValue = string | number | boolean | Expression | readonly HclValue[] | { readonly [name: string]: HclValue };

/** A nested block; an array of them is the block repeated. */
interface Block {
  readonly block: Body;
}

interface Body {
  readonly [name: string]: HclValue | Block | readonly Block[];
}

export const reference = (hcl: string): Expression => ({ hcl });
/** An expression, and text after it. */
export const interpolated = (hcl: string, text: string): Expression =>
  reference(`"\${${hcl}}${hclString(text).slice(1)}`);
export const block = (body: Body): Block => ({ block: body });

export const declared = (type: string, label: string, body: Body): string =>
  `resource "${type}" "${label}" ${blockBody(body, '')}`;
export const looked = (type: string, label: string, body: Body): string =>
  `data "${type}" "${label}" ${blockBody(body, '')}`;

export const configuration = (...parts: readonly string[]): string => parts.join('\n\n');

export const noTerraform = (because: string): string => `# Not to be done in Terraform: ${because}`;

const REGION = '<region>';

/** The resource itself, with what is to change. */
export function signalrService(subject: Subject, changes: Body): string {
  const { name, group } = addressOf(subject);
  return [
    '# Into the resource that you have, with its sku; what is not named here stays.',
    declared('azurerm_signalr_service', 'signalr', {
      name,
      resource_group_name: group,
      location: subject.location ?? REGION,
      ...changes,
    }),
  ].join('\n');
}

/** What azurerm has no argument for: azapi reads the resource, puts this in and writes it back. */
export function azapiUpdate(subject: Subject, child: string, body: { readonly [name: string]: HclValue }): string {
  const type = `Microsoft.SignalRService/signalR${child === '' ? '' : `/${child.split('/')[0]}`}@${SIGNALR_API}`;
  const id = addressOf(subject).id + (child === '' ? '' : `/${child}`);
  return declared('azapi_update_resource', 'signalr', { type, resource_id: id, body });
}

/** As `terraform fmt` writes it: the `=` of neighbouring arguments in one column. */
function blockBody(body: Body, indent: string): string {
  const inner = `${indent}  `;
  const entries = Object.entries(body);
  const blocks = entries.flatMap(([name, value]) => blocksOf(value).map((each) => ({ name, each })));
  const plain = entries.flatMap(([name, value]) =>
    blocksOf(value).length > 0 ? [] : [[name, value as HclValue] as const],
  );
  const parts = [
    ...(plain.length > 0 ? [assignments(plain, inner)] : []),
    ...blocks.map(({ name, each }) => `${inner}${name} ${blockBody(each.block, inner)}\n`),
  ];
  return `{\n${parts.join('\n')}${indent}}`;
}

function blocksOf(value: HclValue | Block | readonly Block[]): readonly Block[] {
  const all = Array.isArray(value) ? value : [value];
  return all.filter((each): each is Block => typeof each === 'object' && each !== null && 'block' in each);
}

function assignments(entries: readonly (readonly [string, HclValue])[], indent: string): string {
  let rest = entries;
  let text = '';
  while (rest.length > 0) {
    // A value of several lines ends a run of arguments that are aligned.
    const end = rest.findIndex(([, value]) => written(value, indent).includes('\n'));
    const run = end === -1 ? rest : rest.slice(0, end + 1);
    const aligned = end === -1 ? run : run.slice(0, -1);
    const width = Math.max(0, ...aligned.map(([name]) => key(name).length));
    for (const [name, value] of aligned) text += `${indent}${key(name).padEnd(width)} = ${written(value, indent)}\n`;
    const last = end === -1 ? undefined : run.at(-1);
    if (last) text += `${indent}${key(last[0])} = ${written(last[1], indent)}\n`;
    rest = rest.slice(run.length);
  }
  return text;
}

function written(value: HclValue, indent: string): string {
  if (typeof value === 'string') return hclString(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (isExpression(value)) return value.hcl;
  const inner = `${indent}  `;
  if (Array.isArray(value)) return `[${value.map((each) => written(each, indent)).join(', ')}]`;
  return `{\n${assignments(Object.entries(value), inner)}${indent}}`;
}

const isExpression = (value: object): value is Expression => 'hcl' in value;
const key = (name: string): string => (/^[a-z_][\w-]*$/i.test(name) ? name : hclString(name));
