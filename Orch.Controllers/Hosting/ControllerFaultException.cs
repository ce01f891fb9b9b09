namespace Orch.Controllers.Hosting;

/// <summary>A pass over a key failed and is to be tried again, with back-off.</summary>
internal sealed class ControllerFaultException(string message, Exception? innerException = null) : Exception(message, innerException);
