import { readFileSync } from 'node:fs';
import type { Shape } from './shape.ts';

/** Where a type may be deployed, which version of it Bicep knows, and its form. */
export interface ArmType {
  readonly apiVersion: string;
  /** Where the newest is younger than the Bicep that azd brings. */
  readonly safe?: string;
  readonly scope: readonly string[];
  readonly body: Node;
}

/** `req`uired, `ro`: read-only, `cut`: not told, `extra`: other properties too, `open`: other values too. */
export interface Node {
  readonly t: 'string' | 'int' | 'bool' | 'array' | 'object' | 'any';
  readonly req?: boolean;
  readonly ro?: boolean;
  readonly secure?: boolean;
  readonly cut?: boolean;
  readonly enum?: readonly string[];
  readonly open?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly of?: Node;
  readonly props?: Readonly<Record<string, Node>>;
  readonly extra?: boolean;
  readonly extraOf?: Node;
  readonly discriminator?: string;
  readonly variants?: Readonly<Record<string, Node>>;
}

/** Of Microsoft's Bicep type definitions of 2026-08-20 those that infra/ uses. */
export const ARM_TYPES = JSON.parse(readFileSync('test/infra/arm-types.json', 'utf8')) as Readonly<
  Record<string, ArmType>
>;

/** Types that are referred to and never written, with a version of their provider that src/ or infra/ uses elsewhere. */
export const REFERRED_TO: Readonly<Record<string, string>> = {
  'Microsoft.App/containerApps': '2024-03-01',
  'Microsoft.Web/sites/slots': '2025-03-01',
};

export type Fault = (at: string, text: string) => void;

/** Whether a value fits. @param at the path to it, for people */
export function hold(shape: Shape, node: Node, at: string, fault: Fault): void {
  const wrong = wrongWith(shape, node);
  if (wrong !== null) fault(at, wrong);
  else if (shape.is === 'one of') for (const each of shape.shapes) hold(each, node, at, fault);
  else if (node.cut || node.t === 'any') return;
  else if (shape.is === 'array' && node.of) hold(shape.of, node.of, `${at}[]`, fault);
  else if (shape.is === 'object') holdObject(shape, node, at, fault);
  else if (shape.is === 'string') holdText(shape.text, node, at, fault);
  else if (shape.is === 'int') holdSize(shape.value, node, at, fault);
}

function wrongWith(shape: Shape, node: Node): string | null {
  if (node.ro) return 'is read-only';
  if (['any', 'one of'].includes(shape.is) || node.cut || node.t === 'any') return null;
  if (shape.is === 'null') return node.req ? 'is required and may be null' : null;
  return shape.is === node.t ? null : `is ${shape.is} and has to be ${node.t}`;
}

function holdText(text: string | undefined, node: Node, at: string, fault: Fault): void {
  if (node.enum && !node.open && !(text !== undefined && node.enum.includes(text))) {
    fault(at, `is ${text ?? 'any text'} and has to be one of ${node.enum.join(', ')}`);
  }
  if (text === undefined) return;
  holdSize(text.length, node, at, fault);
  if (node.pattern && !new RegExp(node.pattern).test(text)) fault(at, `is ${text} and does not match ${node.pattern}`);
}

function holdSize(size: number | undefined, { min, max }: Node, at: string, fault: Fault): void {
  if (size === undefined) return;
  if (min !== undefined && size < min) fault(at, `is ${size} and has to be ${min} at least`);
  if (max !== undefined && size > max) fault(at, `is ${size} and has to be ${max} at most`);
}

type ObjectShape = Extract<Shape, { is: 'object' }>;

function holdObject(shape: ObjectShape, node: Node, at: string, fault: Fault): void {
  const variant = node.discriminator === undefined ? node : variantOf(shape, node, at, fault);
  if (variant === null) return;
  const { props = {}, extra, extraOf } = variant;
  for (const [name, value] of shape.properties) {
    const known = props[name] ?? (extra ? (extraOf ?? { t: 'any' }) : null);
    if (known === null) fault(`${at}.${name}`, 'is not known');
    else hold(value, known, `${at}.${name}`, fault);
  }
  if (shape.open) return;
  for (const [name, { req, ro }] of Object.entries(props)) {
    if (req && !ro && !shape.properties.has(name)) fault(`${at}.${name}`, 'is missing');
  }
}

function variantOf(shape: ObjectShape, node: Node, at: string, fault: Fault): Node | null {
  const name = node.discriminator ?? '';
  const value = shape.properties.get(name);
  const variant = value?.is === 'string' && value.text !== undefined ? node.variants?.[value.text] : undefined;
  if (variant === undefined) fault(`${at}.${name}`, `has to be one of ${Object.keys(node.variants ?? {}).join(', ')}`);
  return variant ?? null;
}
