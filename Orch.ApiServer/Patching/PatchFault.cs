namespace Orch.ApiServer.Patching;

/// <summary>A patch cannot be read or applied; the patcher turns it into the API's answer.</summary>
internal sealed class PatchFault(int code, string message) : Exception(message)
{
    public int Code { get; } = code;

    /// <summary>A test operation of the patch found another value.</summary>
    public bool IsFailedTest { get; private init; }

    /// <summary>The patch itself is wrong.</summary>
    public static PatchFault Malformed(string message) => new(400, message);

    /// <summary>The patch does not fit the object.</summary>
    public static PatchFault Inapplicable(string message) => new(422, message);

    /// <summary>A test operation of the patch found another value.</summary>
    public static PatchFault FailedTest(string message) => new(422, message) { IsFailedTest = true };

    /// <summary>The patch contradicts itself or the object; upstream answers such faults with 500 and no reason.</summary>
    public static PatchFault Failed(string message) => new(500, message);

    /// <summary>The patch asks for too much.</summary>
    public static PatchFault TooLarge(string message) => new(413, message);
}
