/** TensorFlow.js registers no gradients by itself when only its core is imported; every runtime needs them. */
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
