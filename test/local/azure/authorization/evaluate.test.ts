import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { covers, granting, matches, type Permissions } from '../../../../local/azure/authorization/evaluate.ts';

const word = fc.stringMatching(/^[A-Za-z]{1,8}$/);
const action = fc.array(word, { minLength: 2, maxLength: 6 }).map((words) => words.join('/'));
const scope = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => `/${words.join('/')}`);
const shout = fc.func(fc.boolean()).map((is) => (text: string) => {
  const letters = [...text].map((letter, at) => (is(at) ? letter.toUpperCase() : letter.toLowerCase()));
  return letters.join('');
});
const nothing: Permissions = { actions: [], notActions: [], dataActions: [], notDataActions: [] };

describe('a pattern of actions', () => {
  it('without a star matches itself, in any case, and nothing else', () => {
    fc.assert(
      fc.property(action, action, shout, (pattern, other, inAnyCase) => {
        expect(matches(pattern, inAnyCase(pattern))).toBe(true);
        expect(matches(pattern, other)).toBe(pattern.toLowerCase() === other.toLowerCase());
      }),
    );
  });

  it('with a star matches whatever stands in its place, slashes included', () => {
    fc.assert(
      fc.property(action, action, action, (before, between, after) => {
        expect(matches(`${before}/*/${after}`, `${before}/${between}/${after}`)).toBe(true);
        expect(matches(`${before}/*`, `${before}/${between}`)).toBe(true);
        expect(matches('*', between)).toBe(true);
        expect(matches(`*/${after}`, `${before}/${after}`)).toBe(true);
      }),
    );
  });

  it('is anchored at both ends', () => {
    expect(matches('Microsoft.Web/sites/restart/action', 'Microsoft.Web/sites/restart/action/more')).toBe(false);
    expect(matches('Microsoft.Web/sites/*/read', 'microsoft.web/sites/config/appsettings/READ')).toBe(true);
    expect(matches('Microsoft.Web/sites/*/read', 'Microsoft.Web/sites/read')).toBe(false);
    expect(matches('Microsoft.Web/sites/config/*/read', 'Microsoft.Web/sites/slots/config/appsettings/read')).toBe(
      false,
    );
  });

  it('takes no other sign for anything but itself', () => {
    expect(matches('Microsoft.Web/sites/read', 'MicrosoftXWeb/sites/read')).toBe(false);
    expect(matches('a/(b|c)+?/read', 'a/b/read')).toBe(false);
    expect(matches('a/(b|c)+?/read', 'a/(b|c)+?/read')).toBe(true);
  });
});

describe('a role', () => {
  it('grants nothing that it does not name', () => {
    fc.assert(
      fc.property(action, fc.constantFrom('action', 'dataAction'), (wanted, kind) => {
        expect(granting(nothing, { kind, action: wanted })).toBeNull();
      }),
    );
  });

  it('grants what it names, and says by which pattern', () => {
    const role = { ...nothing, actions: ['a/*/read', 'a/b/write'] };
    expect(granting(role, { kind: 'action', action: 'A/B/C/Read' })).toBe('a/*/read');
    expect(granting(role, { kind: 'action', action: 'a/b/write' })).toBe('a/b/write');
  });

  it('keeps actions and data actions apart', () => {
    fc.assert(
      fc.property(action, (named) => {
        const ofResources = { ...nothing, actions: [named] };
        const ofData = { ...nothing, dataActions: [named] };
        expect(granting(ofResources, { kind: 'dataAction', action: named })).toBeNull();
        expect(granting(ofData, { kind: 'action', action: named })).toBeNull();
        expect(granting({ ...ofData, notActions: ['*'] }, { kind: 'dataAction', action: named })).toBe(named);
      }),
    );
  });

  it('does not grant what it takes away again, however it names it', () => {
    fc.assert(
      fc.property(action, fc.constantFrom('action', 'dataAction'), shout, (named, kind, inAnyCase) => {
        const role = {
          ...{ actions: ['*'], notActions: [inAnyCase(named)] },
          ...{ dataActions: ['*'], notDataActions: [inAnyCase(named)] },
        };
        expect(granting(role, { kind, action: named })).toBeNull();
        expect(granting(role, { kind, action: `${named}/other` })).toBe('*');
      }),
    );
  });
});

describe('the scope of an assignment', () => {
  it('covers itself and everything below, in any case and with a slash at its end', () => {
    fc.assert(
      fc.property(scope, scope, shout, (above, below, inAnyCase) => {
        expect(covers(above, inAnyCase(above))).toBe(true);
        expect(covers(inAnyCase(above), `${above}${below}`)).toBe(true);
        expect(covers(`${above}/`, above)).toBe(true);
      }),
    );
  });

  it('covers nothing above or beside it', () => {
    fc.assert(
      fc.property(scope, word, (at, name) => {
        expect(covers(`${at}/${name}`, at)).toBe(false);
        expect(covers(`${at}/${name}`, `${at}/${name}s`)).toBe(false);
      }),
    );
  });
});
