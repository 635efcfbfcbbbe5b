import { dirname, posix } from 'node:path';
import {
  bodyOf,
  type Decorator,
  type Expr,
  literalOf,
  type Module,
  type Of,
  type Param,
  propertyOf,
  type Resource,
  type Template,
} from '../bicep/ast.ts';
import type { ReadInfra } from '../bicep/sources.ts';
import { CLOUDS, type CloudName, runtimeOf } from './azure.ts';
import { evaluate, type Machine } from './evaluate.ts';
import { functions } from './functions.ts';
import { bound, Closure, type Env, isObject, type Json, objectOf, Symbolic, textOf, type Value } from './value.ts';

export interface Place {
  readonly subscription: string;
  /** null: the subscription itself. */
  readonly group: string | null;
}

export interface Surroundings {
  readonly infra: ReadInfra;
  readonly cloud: CloudName;
  readonly tenantId: string;
}

export interface ArmResource {
  readonly type: string;
  readonly version: string;
  readonly id: string;
  readonly name: string;
  /** Without what is the language's own: parent, scope, dependsOn. */
  readonly body: { readonly [key: string]: Value };
}

/**
 * What a template comes to for given parameters: its resources, and the deployments within it. Everything is worked out when it
 * is asked for, as ARM orders a deployment by what refers to what.
 */
export class Deployment implements Env {
  readonly name: string;
  readonly template: Template;
  readonly place: Place;
  readonly params: Readonly<Record<string, Value>>;
  readonly #given: Readonly<Record<string, Value>>;
  readonly #surroundings: Surroundings;
  readonly #machine: Machine;
  readonly #known = new Map<string, Value>();
  readonly #working = new Set<string>();

  constructor(
    name: string,
    path: string,
    place: Place,
    given: Readonly<Record<string, Value>>,
    surroundings: Surroundings,
  ) {
    const template = surroundings.infra.templates.get(path);
    if (template === undefined) throw new Error(`There is no ${path}.`);
    if ((template.scope === 'subscription') !== (place.group === null)) {
      throw new Error(`${path} is for a ${template.scope}, and ${name} deploys it elsewhere.`);
    }
    this.name = name;
    this.template = template;
    this.place = place;
    this.#given = given;
    this.#surroundings = surroundings;
    const run = (lambda: Value, ...args: Value[]): Value => this.#run(lambda, args);
    const known = { ...functions(run), ...this.#ownFunctions() };
    this.#machine = { env: this, call: (called, args) => known[called]?.(...args) };
    for (const unknown of Object.keys(given)) {
      if (!template.params.some((param) => param.name === unknown))
        throw new Error(`${path} has no parameter ${unknown}.`);
    }
    this.params = Object.fromEntries(template.params.map((param) => [param.name, this.#parameter(param)]));
  }

  lookUp(name: string): Value | undefined {
    if (!this.#known.has(name)) {
      if (this.#working.has(name)) throw new Error(`${name} depends on itself.`);
      this.#working.add(name);
      const value = this.#declared(name);
      this.#working.delete(name);
      if (value === undefined) return undefined;
      this.#known.set(name, value);
    }
    return this.#known.get(name);
  }

  get resources(): readonly ArmResource[] {
    return this.template.resources
      .filter(({ existing }) => !existing)
      .flatMap(({ name }) => instancesOf(this.lookUp(name)))
      .flatMap((each) => (each instanceof ResourceSymbol ? [each.resource] : []));
  }

  get children(): readonly Deployment[] {
    return this.template.modules
      .flatMap(({ name }) => instancesOf(this.lookUp(name)))
      .flatMap((each) => (each instanceof ModuleSymbol ? [each.deployment] : []));
  }

  get outputs(): { readonly [key: string]: Value } {
    return Object.fromEntries(this.template.outputs.map(({ name, value }) => [name, evaluate(value, this.#machine)]));
  }

  get variables(): { readonly [key: string]: Value } {
    return Object.fromEntries(this.template.variables.map(({ name }) => [name, this.lookUp(name) ?? null]));
  }

  /** This one and all within it. */
  get all(): readonly Deployment[] {
    return [this, ...this.children.flatMap((child) => child.all)];
  }

  #run(lambda: Value, args: readonly Value[]): Value {
    if (!(lambda instanceof Closure)) throw new Error('A lambda is missing.');
    const names = Object.fromEntries(lambda.params.map((name, i) => [name, args[i] ?? null]));
    return evaluate(lambda.body, { ...this.#machine, env: bound(lambda.env, names) });
  }

  #parameter(param: Param): Value {
    const value =
      this.#given[param.name] ?? (param.initial === null ? undefined : evaluate(param.initial, this.#machine));
    if (value === undefined && !param.type.endsWith('?')) throw new Error(`${this.template.path} needs ${param.name}.`);
    for (const decorator of param.decorators) this.#hold(param, value ?? null, decorator);
    return value ?? null;
  }

  #hold({ name }: Param, value: Value, { name: rule, args: [argument] }: Decorator): void {
    if (argument === undefined || value === null) return;
    const limit = evaluate(argument, this.#machine);
    const size = typeof value === 'string' || Array.isArray(value) ? value.length : Number(value);
    const kept =
      (rule !== 'allowed' || (Array.isArray(limit) && limit.includes(value))) &&
      (!['minLength', 'minValue'].includes(rule) || size >= Number(limit)) &&
      (!['maxLength', 'maxValue'].includes(rule) || size <= Number(limit));
    if (!kept)
      throw new Error(`The parameter ${name} breaks @${rule}(${JSON.stringify(limit)}): ${JSON.stringify(value)}`);
  }

  #declared(name: string): Value | undefined {
    const { params, variables, resources, modules } = this.template;
    if (params.some((param) => param.name === name)) return this.params?.[name] ?? this.#given[name] ?? null;
    const variable = variables.find((each) => each.name === name);
    if (variable) return evaluate(variable.value, this.#machine);
    const resource = resources.find((each) => each.name === name);
    if (resource) return this.#instances(resource.value, (env) => this.#resource(resource, env));
    const module = modules.find((each) => each.name === name);
    if (module) return this.#instances(module.value, (env) => this.#module(module, env));
    return undefined;
  }

  #instances(value: Expr, make: (env: Env) => Symbolic, env: Env = this): Symbolic {
    const machine = { ...this.#machine, env };
    if (value.kind === 'if') return evaluate(value.condition, machine) === true ? make(env) : new Absent();
    if (value.kind !== 'for') return make(env);
    const over = evaluate(value.over, machine);
    if (!Array.isArray(over)) throw new Error(`Line ${value.line}: what is looped over is no list.`);
    return new Collection(
      over.map((item: Value, i) => {
        const names = { [value.item]: item, ...(value.index !== null && { [value.index]: i }) };
        return this.#instances(value.body, make, bound(env, names));
      }),
    );
  }

  #resource(declared: Resource, env: Env): ResourceSymbol {
    const machine = { ...this.#machine, env };
    return new ResourceSymbol(declared, bodyOf(declared.value), machine, this.place, this.#surroundings.cloud);
  }

  #module(declared: Module, env: Env): ModuleSymbol {
    const machine = { ...this.#machine, env };
    const body = bodyOf(declared.value);
    return new ModuleSymbol(() => {
      const scope = propertyOf(body, 'scope');
      const name = propertyOf(body, 'name');
      const params = propertyOf(body, 'params');
      return new Deployment(
        name === null ? declared.name : textOf(evaluate(name, machine), 'name'),
        declared.path,
        scope === null ? this.place : placeOf(evaluate(scope, machine)),
        params === null ? {} : objectOf(evaluate(params, machine), 'params'),
        this.#surroundings,
      );
    });
  }

  #ownFunctions(): Readonly<Record<string, (...args: Value[]) => Value>> {
    const { subscription, group } = this.place;
    const { infra, cloud, tenantId } = this.#surroundings;
    const load = (path: Value | undefined): string => {
      const file = posix.join(dirname(this.template.path), textOf(path ?? null, 'path'));
      const text = infra.sources.get(file);
      if (text === undefined) throw new Error(`There is no file ${file}.`);
      return text;
    };
    return {
      subscription: (id) => {
        const own = textOf(id ?? subscription, 'subscription');
        return { id: `/subscriptions/${own}`, subscriptionId: own, tenantId };
      },
      resourceGroup: (...names) => {
        const [first, second] = names.map((name) => textOf(name, 'resourceGroup'));
        const name = second ?? first ?? group ?? '';
        const inSubscription = second === undefined ? subscription : (first ?? '');
        return { id: `/subscriptions/${inSubscription}/resourceGroups/${name}`, name, location: 'westeurope' };
      },
      tenant: () => ({ tenantId }),
      environment: () => CLOUDS[cloud] as unknown as Json,
      subscriptionResourceId: (type, ...names) =>
        `/subscriptions/${subscription}/providers/${interleaved(textOf(type ?? null, 'type'), names)}`,
      resourceId: (type, ...names) =>
        `/subscriptions/${subscription}/resourceGroups/${group}/providers/${interleaved(textOf(type ?? null, 'type'), names)}`,
      loadJsonContent: (path) => JSON.parse(load(path)) as Json,
      loadTextContent: (path) => load(path),
    };
  }
}

const interleaved = (type: string, names: readonly Value[]): string => {
  const [provider, ...types] = type.split('/');
  const parts = names.flatMap((name) => textOf(name, 'name').split('/'));
  if (parts.length !== types.length) throw new Error(`${type} does not fit the name ${parts.join('/')}.`);
  return [provider, ...types.flatMap((each, i) => [each, parts[i]])].join('/');
};

const instancesOf = (value: Value | undefined): readonly Symbolic[] =>
  value instanceof Collection ? value.items.flatMap(instancesOf) : value instanceof Symbolic ? [value] : [];

function placeOf(scope: Value): Place {
  const id = scope instanceof ResourceSymbol ? scope.id : textOf(objectOf(scope, 'scope').id ?? null, 'scope');
  const [, , subscription = '', , group = null] = id.split('/');
  return { subscription, group };
}

/** What a condition left out. */
class Absent extends Symbolic {
  member(name: string): Value {
    throw new Error(`${name} is asked of what was not deployed.`);
  }
  index(): Symbolic {
    throw new Error('What was not deployed is no list.');
  }
}

class Collection extends Symbolic {
  readonly items: readonly Symbolic[];
  constructor(items: readonly Symbolic[]) {
    super();
    this.items = items;
  }
  member(name: string): Value {
    throw new Error(`${name} is asked of a list.`);
  }
  index(i: number): Symbolic {
    const item = this.items[i];
    if (item === undefined) throw new Error(`There is no element ${i}.`);
    return item;
  }
}

class ModuleSymbol extends Symbolic {
  readonly #make: () => Deployment;
  #made: Deployment | null = null;
  constructor(make: () => Deployment) {
    super();
    this.#make = make;
  }
  get deployment(): Deployment {
    this.#made ??= this.#make();
    return this.#made;
  }
  member(name: string): Value {
    if (name !== 'outputs') throw new Error(`A module has no ${name}.`);
    return this.deployment.outputs;
  }
  index(): Symbolic {
    throw new Error('A module is no list.');
  }
}

const OWN = ['parent', 'scope', 'dependsOn'];

class ResourceSymbol extends Symbolic {
  readonly declared: Resource;
  readonly #body: Of<'object'>;
  readonly #machine: Machine;
  readonly #place: Place;
  readonly #cloud: CloudName;

  constructor(declared: Resource, body: Of<'object'>, machine: Machine, place: Place, cloud: CloudName) {
    super();
    this.declared = declared;
    this.#body = body;
    this.#machine = machine;
    this.#place = place;
    this.#cloud = cloud;
  }

  get name(): string {
    const own = textOf(this.#of('name') ?? null, `the name of ${this.declared.name}`);
    const parent = this.#of('parent');
    return parent instanceof ResourceSymbol ? `${parent.name}/${own}` : own;
  }

  get id(): string {
    const { type } = this.declared;
    const scope = this.#of('scope');
    const { subscription, group } =
      scope === undefined || scope instanceof ResourceSymbol ? this.#place : placeOf(scope);
    if (type === 'Microsoft.Resources/resourceGroups')
      return `/subscriptions/${subscription}/resourceGroups/${this.name}`;
    const base =
      scope instanceof ResourceSymbol
        ? scope.id
        : `/subscriptions/${subscription}${group === null ? '' : `/resourceGroups/${group}`}`;
    return `${base}/providers/${interleaved(type, [this.name])}`;
  }

  get resource(): ArmResource {
    const { type, version } = this.declared;
    const written = this.#body.properties.filter(({ key }) => !OWN.includes(literalOf(key) ?? ''));
    const body = objectOf(evaluate({ ...this.#body, properties: written }, this.#machine), type);
    return { type, version, id: this.id, name: this.name, body };
  }

  member(name: string): Value {
    if (name === 'id') return this.id;
    if (name === 'name') return textOf(this.#of('name') ?? null, 'name');
    if (name === 'type') return this.declared.type;
    if (name === 'apiVersion') return this.declared.version;
    const known = runtimeOf(this.declared.type, this.name, this.id, this.#cloud)[name];
    const own = this.declared.existing ? undefined : this.#of(name);
    if (known === undefined && own === undefined) return null;
    return isObject(known ?? null) && isObject(own ?? null)
      ? { ...objectOf(own ?? null, name), ...objectOf(known ?? null, name) }
      : (known ?? own ?? null);
  }

  index(): Symbolic {
    throw new Error(`${this.declared.name} is no list.`);
  }

  #of(name: string): Value | undefined {
    const expr = propertyOf(this.#body, name);
    return expr === null ? undefined : evaluate(expr, this.#machine);
  }
}

export const deploy = (
  path: string,
  place: Place,
  params: Readonly<Record<string, Value>>,
  surroundings: Surroundings,
): Deployment => new Deployment('main', path, place, params, surroundings);
