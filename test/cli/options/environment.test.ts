import { describe, expect, it } from 'vitest';
import { settingsFrom } from '../../support/serve-settings.ts';

describe('the environment', () => {
  it('has lower precedence than the command line', () => {
    expect(settingsFrom(['--tls-port', '1'], { IMAGE_CONFIG_TLS_PORT: '2' }).tlsPort).toBe(1);
  });

  it('takes an empty variable for an unset one', () => {
    expect(settingsFrom([], { IMAGE_CONFIG_TLS_PORT: '', IMAGE_CONFIG_REGISTRIES: '' })).toMatchObject({
      tlsPort: 8443,
      policy: { registries: [] },
    });
  });

  it('names the variable of a wrong value', () => {
    expect(() => settingsFrom([], { IMAGE_CONFIG_LOG_LEVEL: 'loud' })).toThrow(
      "environment variable IMAGE_CONFIG_LOG_LEVEL='loud' is invalid. Allowed choices are trace,",
    );
  });

  it('refuses an unknown variable and suggests a similar one', () => {
    expect(() => settingsFrom([], { IMAGE_CONFIG_CATALOGUE: 'x' })).toThrow(
      'Did you mean IMAGE_CONFIG_CATALOG?',
    );
    expect(() => settingsFrom([], { IMAGE_CONFIG_COLOUR: 'x' })).toThrow(
      'unknown environment variable IMAGE_CONFIG_COLOUR; see serve --help',
    );
  });

  it('ignores variables without our prefix', () => {
    expect(settingsFrom([], { PATH: '/bin', IMAGE_CONFIGURATION: 'x', TLS_PORT: '1' }).tlsPort).toBe(8443);
  });

  it('ignores the variables that Kubernetes sets for a Service whose name begins like our prefix', () => {
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

  it('takes no setting from a Service called image-config, image-config-tls or image-config-ops', () => {
    const links = {
      IMAGE_CONFIG_SERVICE_HOST: '10.96.7.2',
      IMAGE_CONFIG_PORT: 'tcp://10.96.7.2:443',
      IMAGE_CONFIG_TLS_PORT: 'tcp://10.96.7.3:443',
      IMAGE_CONFIG_OPS_PORT: 'udp://[fd00::7]:443',
    };
    expect(settingsFrom([], links)).toEqual(settingsFrom([]));
  });

  it('refuses a misspelt port, although Kubernetes sets similar variables', () => {
    expect(() => settingsFrom([], { IMAGE_CONFIG_TSL_PORT: '8443' })).toThrow(
      'Did you mean IMAGE_CONFIG_TLS_PORT?',
    );
  });
});
