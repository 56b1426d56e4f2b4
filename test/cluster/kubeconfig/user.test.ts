import { describe, expect, it } from 'vitest';
import { KubeconfigSection } from '../../../src/cluster/kubeconfig/section.ts';
import { readUser } from '../../../src/cluster/kubeconfig/user.ts';

const section = (fields: object): KubeconfigSection =>
  new KubeconfigSection({ ...fields }, '/home/one/.kube/config', 'users[one].user');
const userOf = (fields: object) =>
  readUser('one', section(fields), section({}), { user: undefined, groups: [], uid: undefined });

describe('a user of a kubeconfig', () => {
  it.each([
    ['a token', { token: 'a' }, { token: 'a' }],
    ['a name and a password', { username: 'a', password: 'b' }, { username: 'a', password: 'b' }],
    ['a name with an empty password', { username: 'a' }, { username: 'a', password: '' }],
    [
      'a certificate and a key in files beside the kubeconfig',
      { 'client-certificate': 'a.crt', 'client-key': '/b.key' },
      { certFile: '/home/one/.kube/a.crt', keyFile: '/b.key' },
    ],
    [
      'a certificate and a key as data',
      { 'client-certificate-data': 'YQ==', 'client-key-data': 'Yg==' },
      { certData: 'YQ==', keyData: 'Yg==' },
    ],
    ['an auth provider', { 'auth-provider': { name: 'oidc' } }, { authProvider: { name: 'oidc' } }],
    ['extensions, which kubectl ignores, too', { extensions: [{ name: 'a' }] }, {}],
    ['nothing', {}, {}],
  ])('may have %s', (_, fields, user) => {
    expect(userOf(fields)).toEqual({
      user: { name: 'one', ...user },
      tokenFile: undefined,
      impersonation: {},
    });
  });

  it('is refused with a field that is not known', () => {
    expect(() => userOf({ tokenfile: 'a' })).toThrow(
      'the kubeconfig /home/one/.kube/config is invalid: users[one].user.tokenfile: this field is not known',
    );
  });

  it('is refused with two ways to log in', () => {
    for (const token of [{ token: 'a' }, { tokenFile: 'a' }])
      expect(() => userOf({ ...token, username: 'b' })).toThrow('only one way to log in is allowed');
  });
});
