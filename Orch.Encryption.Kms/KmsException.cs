namespace Orch.Encryption.Kms;

/// <summary>A key management plugin could not be asked, or did not do what it was asked for.</summary>
internal sealed class KmsException(string message, Exception? innerException = null) : Exception(message, innerException);
