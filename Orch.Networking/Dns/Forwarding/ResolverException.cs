namespace Orch.Networking.Dns.Forwarding;

/// <summary>A resolver did not answer.</summary>
internal sealed class ResolverException(string message, Exception? innerException = null) : Exception(message, innerException);
