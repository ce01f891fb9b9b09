namespace Orch.ApiServer.Admission.Policies;

/// <summary>A mutation cannot be made; the policy's failure policy decides what that means.</summary>
internal sealed class MutationFault(string message) : Exception(message);
