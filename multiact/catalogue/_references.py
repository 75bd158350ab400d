"""References that several families cite."""

AQULU = (
    "Wu et al. 2023, The Adaptive Quadratic Linear Unit (AQuLU): Adaptive Non Monotonic Piecewise "
    "Activation Function, doi:10.17559/TV-20230614000735"
)
COLLECTION = "torch-activation, https://github.com/hdmquan/torch_activation"
DUAN = "Duan et al. 2021, First Power Linear Unit with Sign, arXiv:2111.14349"
ELAKKIYA = (
    "Elakkiya & Dejey 2023, Stacked autoencoder with novel integrated activation functions for the "
    "diagnosis of autism spectrum disorder, doi:10.1007/s00521-023-08565-2"
)
KOCAK = (
    "Koçak & Üstündağ Şiray 2021, New activation functions for single layer feedforward neural "
    "network, Expert Systems with Applications 164"
)
NOEL = (
    "Noel et al. 2021, Biologically Inspired Oscillating Activation Functions Can Bridge the "
    "Performance Gap between Biological and Artificial Neurons, arXiv:2111.04020"
)
SURVEY = "Kunc & Klema 2024, Three Decades of Activations, arXiv:2402.09092"
