"""References that several families cite."""

COLLECTION = "torch-activation, https://github.com/hdmquan/torch_activation"
KOCAK = (
    "Koçak & Üstündağ Şiray 2021, New activation functions for single layer feedforward neural "
    "network, Expert Systems with Applications 164"
)
NOEL = (
    "Noel et al. 2021, Biologically Inspired Oscillating Activation Functions Can Bridge the "
    "Performance Gap between Biological and Artificial Neurons, arXiv:2111.04020"
)
SURVEY = "Kunc & Klema 2024, Three Decades of Activations, arXiv:2402.09092"
