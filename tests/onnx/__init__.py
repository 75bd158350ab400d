"""What onnxruntime computes from the exported modules."""
