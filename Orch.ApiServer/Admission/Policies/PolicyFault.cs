namespace Orch.ApiServer.Admission.Policies;

/// <summary>A policy or its binding cannot be applied to a request.</summary>
internal sealed class PolicyFault : Exception
{
    private PolicyFault(string message, bool isOfBinding)
        : base(message) => IsOfBinding = isOfBinding;

    /// <summary>Whether the binding is named beside the policy.</summary>
    public bool IsOfBinding { get; }

    public static PolicyFault OfPolicy(string message) => new("failed to configure policy: " + message, false);

    public static PolicyFault OfBinding(string message) => new("failed to configure binding: " + message, true);
}
