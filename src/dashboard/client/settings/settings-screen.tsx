import { Screen } from '../elements/screen.js';
import { Providers } from '../system/providers.js';
import { Suppressions } from './suppressions.js';

/** What holds for all campaigns. */
export function SettingsScreen() {
  return (
    <Screen title="Settings" about="Providers and their limits are set in the environment, where Campanile is started.">
      <Providers />
      <Suppressions />
    </Screen>
  );
}
