namespace Orch.ApiServer.Admission.Policies;

/// <summary>A policy or its binding cannot be applied to a request.</summary>
internal sealed class PolicyFault : Exception
{
    private PolicyFault(string message)
        : base(message)
    {
    }

    public static PolicyFault OfPolicy(string message) => new(TextOf(isOfBinding: false, message));

    public static PolicyFault OfBinding(string message) => new(TextOf(isOfBinding: true, message));

    /// <summary>As upstream begins it.</summary>
    public static string TextOf(bool isOfBinding, string message) => (isOfBinding ? "failed to configure binding: " : "failed to configure policy: ") + message;
}
