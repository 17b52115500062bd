import { Empty } from '../elements/empty.js';
import { TextLink } from '../elements/links.js';
import { Screen } from '../elements/screen.js';

/** There is no such screen. */
export function NotFound() {
  return (
    <Screen title="There is nothing here">
      <Empty icon="search" title="This address leads nowhere">
        Go back to the{' '}
        <TextLink underline="always" to="/">
          overview
        </TextLink>
        .
      </Empty>
    </Screen>
  );
}
