export {
  checkPython,
  findPython,
  type PrepareOptions,
  type PythonEnvironment,
  preparePython,
} from "./pythonEnvironment.js";
export { PythonTrainer, type PythonTrainerOptions } from "./pythonTrainer.js";
export { RemoteTrainer } from "./remoteTrainer.js";
export type { RemoteTrainerOptions } from "./trainerServer.js";
