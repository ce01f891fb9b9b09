namespace Orch.Networking.Tools;

/// <summary>A tool of the machine failed or is missing.</summary>
public sealed class HostToolException : Exception
{
    /// <summary>What failed, and what it said.</summary>
    public HostToolException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
