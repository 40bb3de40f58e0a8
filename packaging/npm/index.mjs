export { confidential, publicClient, MockError, startMock } from './mock.mjs';
export { program } from './programs.mjs';
