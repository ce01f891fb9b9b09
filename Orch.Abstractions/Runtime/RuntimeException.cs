namespace Orch.Runtime;

/// <summary>Why a runtime refused or failed.</summary>
public enum RuntimeErrorCode
{
    /// <summary>None of the others; the message is all there is.</summary>
    Unknown,

    /// <summary>The engine does not answer; unknown whether the work was done.</summary>
    Unavailable,

    /// <summary>No such sandbox or container.</summary>
    NotFound,

    /// <summary>The name and attempt are taken.</summary>
    AlreadyExists,

    /// <summary>It must run for this, and does not.</summary>
    NotRunning,

    /// <summary>A create names an image that is not on the node.</summary>
    ImageNotFound,

    /// <summary>The reference is no valid image name.</summary>
    InvalidImageName,

    /// <summary>The registry refuses the credentials, or the image needs some.</summary>
    ImagePullUnauthorized,

    /// <summary>The registry has no such image or tag.</summary>
    ImagePullNotFound,

    /// <summary>The registry cannot be reached.</summary>
    ImagePullUnreachable,

    /// <summary>The pull failed otherwise.</summary>
    ImagePullFailed,

    /// <summary>The container exists and cannot start: the command is not there, a mount fails. Not worth a retry at once.</summary>
    StartFailed,

    /// <summary>It took longer than the caller allowed.</summary>
    Timeout,

    /// <summary>The request makes no sense to the engine.</summary>
    InvalidArgument,
}

/// <summary>A runtime refused or failed.</summary>
public sealed class RuntimeException : Exception
{
    /// <summary>A failure with the engine's own words, which end up in the pod's events and status.</summary>
    public RuntimeException(RuntimeErrorCode code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <summary>What callers branch on.</summary>
    public RuntimeErrorCode Code { get; }

    /// <summary>No such sandbox or container.</summary>
    public bool IsNotFound => Code == RuntimeErrorCode.NotFound;
}
