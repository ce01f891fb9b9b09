namespace Orch.ApiServer.Admission.Policies;

/// <summary>A validation of a policy that does not let a request pass.</summary>
/// <param name="Index">Its place in the policy.</param>
/// <param name="Message">Why.</param>
/// <param name="Reason">As the policy says; null for upstream's own.</param>
/// <param name="IsFault">It could not be evaluated.</param>
internal readonly record struct ValidationFailure(int Index, string Message, string? Reason, bool IsFault);
