using k8s.Models;
using Orch.Client;
using Orch.Security;

namespace Orch.ApiServer.Admission.Policies;

/// <summary>What went wrong with all mutating policies of one request: each fault is a cause, the first is the message.</summary>
internal sealed class MutationOutcome(AdmissionRequest request)
{
    private List<(string Text, string? Reason)>? _faults;

    /// <summary>A policy or a binding cannot be applied.</summary>
    public void Misconfigured(MutatingPolicy policy, PolicyBinding? binding, string message) => Add(policy, binding, message, null);

    /// <summary>A condition or a mutation cannot be evaluated.</summary>
    public void Failed(MutatingPolicy policy, PolicyBinding binding, string message) => Add(policy, binding, message, StatusReasons.Invalid);

    /// <summary>Refuses the request where there are faults.</summary>
    /// <exception cref="ApiException">403, with the reason of the first.</exception>
    public void Publish()
    {
        if (_faults is null) { return; }
        var status = AdmissionRefusal.Forbidden(request, string.Empty).Status;
        status.Message = _faults[0].Text;
        status.Reason = _faults[0].Reason ?? status.Reason;
        status.Details ??= new V1StatusDetails();
        status.Details.Causes = [.. status.Details.Causes ?? [], .. _faults.Select(static fault => new V1StatusCause { Message = fault.Text })];
        throw new ApiException(status);
    }

    private void Add(MutatingPolicy policy, PolicyBinding? binding, string message, string? reason)
    {
        if (policy.FailsOpen) { return; }
        (_faults ??= []).Add((
            binding is null ? $"policy \"{policy.Name}\" denied request: {message}" : $"policy '{policy.Name}' with binding '{binding.Name}' denied request: {message}", reason));
    }
}
