import { describe, expect, it } from 'vitest';
import { settingsFrom } from '../../support/serve-settings.ts';

describe('the environment', () => {
  it('gives way to the command line', () => {
    expect(settingsFrom(['--tls-port', '1'], { IMAGE_CONFIG_TLS_PORT: '2' }).tlsPort).toBe(1);
  });

  it('counts an empty variable as none', () => {
    expect(settingsFrom([], { IMAGE_CONFIG_TLS_PORT: '', IMAGE_CONFIG_REGISTRIES: '' })).toMatchObject({
      tlsPort: 8443,
      policy: { registries: [] },
    });
  });

  it('is told by name when a value is wrong', () => {
    expect(() => settingsFrom([], { IMAGE_CONFIG_LOG_LEVEL: 'loud' })).toThrow(
      "environment variable IMAGE_CONFIG_LOG_LEVEL='loud' is invalid. Allowed choices are trace,",
    );
  });

  it('refuses an unknown variable, and suggests the one that was meant', () => {
    expect(() => settingsFrom([], { IMAGE_CONFIG_CATALOGUE: 'x' })).toThrow(
      'Did you mean IMAGE_CONFIG_CATALOG?',
    );
    expect(() => settingsFrom([], { IMAGE_CONFIG_COLOUR: 'x' })).toThrow(
      'unknown environment variable IMAGE_CONFIG_COLOUR; see serve --help',
    );
  });

  it('leaves the variables of others alone', () => {
    expect(settingsFrom([], { PATH: '/bin', IMAGE_CONFIGURATION: 'x', TLS_PORT: '1' }).tlsPort).toBe(8443);
  });

  it('ignores what Kubernetes sets for a Service of such a name', () => {
    const links = {
      IMAGE_CONFIG_ADMISSION_SERVICE_HOST: '10.96.7.1',
      IMAGE_CONFIG_ADMISSION_SERVICE_PORT: '443',
      IMAGE_CONFIG_ADMISSION_SERVICE_PORT_HTTPS: '443',
      IMAGE_CONFIG_ADMISSION_PORT: 'tcp://10.96.7.1:443',
      IMAGE_CONFIG_ADMISSION_PORT_443_TCP: 'tcp://10.96.7.1:443',
      IMAGE_CONFIG_ADMISSION_PORT_443_TCP_PROTO: 'tcp',
      IMAGE_CONFIG_ADMISSION_PORT_443_TCP_PORT: '443',
      IMAGE_CONFIG_ADMISSION_PORT_443_TCP_ADDR: '10.96.7.1',
    };
    expect(settingsFrom([], links)).toEqual(settingsFrom([]));
  });

  it('is not misled by a Service called image-config, image-config-tls or image-config-ops', () => {
    const links = {
      IMAGE_CONFIG_SERVICE_HOST: '10.96.7.2',
      IMAGE_CONFIG_PORT: 'tcp://10.96.7.2:443',
      IMAGE_CONFIG_TLS_PORT: 'tcp://10.96.7.3:443',
      IMAGE_CONFIG_OPS_PORT: 'udp://[fd00::7]:443',
    };
    expect(settingsFrom([], links)).toEqual(settingsFrom([]));
  });

  it('still refuses a misspelt port', () => {
    expect(() => settingsFrom([], { IMAGE_CONFIG_TSL_PORT: '8443' })).toThrow(
      'Did you mean IMAGE_CONFIG_TLS_PORT?',
    );
  });
});
