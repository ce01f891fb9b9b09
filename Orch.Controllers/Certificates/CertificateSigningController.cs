using k8s.Models;
using Orch.Client;
using Orch.Client.Reconciling;
using Orch.Controllers.Hosting;
using Orch.Resources;

namespace Orch.Controllers.Certificates;

/// <summary>Signs approved requests to the signers <c>kubernetes.io/*</c> with the cluster's certificate authority.</summary>
/// <remarks>A request that its signer does not take gets the condition <c>Failed</c> and is never looked at again.</remarks>
internal sealed class CertificateSigningController : IReconciler
{
    private readonly IInformer<V1CertificateSigningRequest> _requests;
    private readonly IResourceClient<V1CertificateSigningRequest> _client;
    private readonly ClusterSigner _signer;

    public CertificateSigningController(ControllerContext context, ClusterSigner signer)
    {
        _requests = context.Informer<V1CertificateSigningRequest>();
        _client = context.Client.Resource<V1CertificateSigningRequest>();
        _signer = signer;
        context.Loop("csrsigning", this).Watch(_requests);
    }

    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_requests.Find(key) is not { } item || item.IsIssued() || !SignerNames.IsKnown(item.Spec?.SignerName)) { return ReconcileResult.Done; }
        if (!item.HasCondition(RequestState.Approved) || item.HasCondition(RequestState.Denied) || item.HasCondition(RequestState.Failed)) { return ReconcileResult.Done; }
        if (ParsedRequest.TryParse(item.Spec!.Request) is not { } request) { return ReconcileResult.Done; }
        string[] usages = [.. item.Spec.Usages ?? []];
        var signed = SignerRules.Fault(item.Spec.SignerName, request, usages) is { } fault
            ? item.With(RequestState.Failed, "SignerValidationFailure", fault)
            : item with { Status = (item.Status ?? new V1CertificateSigningRequestStatus()) with { Certificate = _signer.Sign(request, usages, item.Spec.ExpirationSeconds) } };
        await _client.UpdateStatusAsync(signed, cancellationToken).ConfigureAwait(false);
        return ReconcileResult.Done;
    }
}
