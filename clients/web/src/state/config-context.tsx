import { createContext, use } from 'react';
import type { ClientConfig } from '../app/client-config.ts';

const ConfigContext = createContext<ClientConfig | undefined>(undefined);

/** Gives everything below the deployment's configuration. */
export const ConfigProvider = ConfigContext;

/** The deployment's configuration. */
export function useConfig(): ClientConfig {
  const config = use(ConfigContext);
  if (config === undefined) throw new TypeError('useConfig outside ConfigProvider');
  return config;
}
