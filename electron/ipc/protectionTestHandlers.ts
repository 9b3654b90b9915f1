import type { ProtectionTester } from '../jobs/protectionTester.ts';
import type { Handlers } from './handle.ts';

type Group = 'protectionTest.show' | 'protectionTest.start' | 'protectionTest.cancel';

export function protectionTestHandlers(tester: ProtectionTester): Pick<Handlers, Group> {
  return {
    'protectionTest.show': ({ albumId }) => tester.show(albumId),
    'protectionTest.start': ({ albumId }) => tester.start(albumId),
    'protectionTest.cancel': ({ albumId }) => {
      tester.cancel(albumId);
      return null;
    },
  };
}
