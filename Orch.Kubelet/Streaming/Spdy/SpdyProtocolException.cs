namespace Orch.Kubelet.Streaming.Spdy;

/// <summary>The peer broke the protocol in a way that ends the connection.</summary>
internal sealed class SpdyProtocolException(string message, Exception? innerException = null) : IOException(message, innerException);
