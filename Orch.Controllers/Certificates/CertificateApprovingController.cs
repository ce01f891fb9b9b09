using k8s.Models;
using Orch.Client;
using Orch.Client.Reconciling;
using Orch.Controllers.Hosting;
using Orch.Resources;

namespace Orch.Controllers.Certificates;

/// <summary>Approves requests for client certificates of node agents whose requester may ask for them.</summary>
/// <remarks>
/// May: create <c>certificatesigningrequests/selfnodeclient</c> for an agent's own certificate, <c>certificatesigningrequests/nodeclient</c> for any agent's.
/// </remarks>
internal sealed class CertificateApprovingController : IReconciler
{
    private readonly IInformer<V1CertificateSigningRequest> _requests;
    private readonly IResourceClient<V1CertificateSigningRequest> _client;
    private readonly IResourceClient<V1SubjectAccessReview> _reviews;

    public CertificateApprovingController(ControllerContext context)
    {
        _requests = context.Informer<V1CertificateSigningRequest>();
        _client = context.Client.Resource<V1CertificateSigningRequest>();
        _reviews = context.Client.Resource<V1SubjectAccessReview>();
        context.Loop("csrapproving", this).Watch(_requests);
    }

    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_requests.Find(key) is not { } item || item.IsIssued() || item.Spec?.SignerName != SignerNames.KubeletClient) { return ReconcileResult.Done; }
        if (item.HasCondition(RequestState.Approved) || item.HasCondition(RequestState.Denied)) { return ReconcileResult.Done; }
        if (ParsedRequest.TryParse(item.Spec.Request) is not { } request || SignerRules.KubeletClient(request, [.. item.Spec.Usages ?? []]) is not null) { return ReconcileResult.Done; }
        string? message = null;
        if (item.Spec.Username == request.CommonName && await MayAsync(item.Spec, "selfnodeclient", cancellationToken).ConfigureAwait(false))
        {
            message = "Auto approving self kubelet client certificate after SubjectAccessReview.";
        }
        else if (await MayAsync(item.Spec, "nodeclient", cancellationToken).ConfigureAwait(false))
        {
            message = "Auto approving kubelet client certificate after SubjectAccessReview.";
        }

        if (message is not null)
        {
            await _client.UpdateSubresourceAsync(item.With(RequestState.Approved, "AutoApproved", message), "approval", cancellationToken).ConfigureAwait(false);
        }

        return ReconcileResult.Done;
    }

    private async Task<bool> MayAsync(V1CertificateSigningRequestSpec spec, string subresource, CancellationToken cancellationToken)
    {
        var review = new V1SubjectAccessReview
        {
            ApiVersion = "authorization.k8s.io/v1",
            Kind = "SubjectAccessReview",
            Metadata = new V1ObjectMeta(),
            Spec = new V1SubjectAccessReviewSpec
            {
                User = spec.Username, Uid = spec.Uid, Groups = spec.Groups, Extra = spec.Extra,
                ResourceAttributes = new V1ResourceAttributes
                {
                    Group = "certificates.k8s.io", Version = "*", Resource = "certificatesigningrequests", Subresource = subresource, Verb = "create",
                },
            },
        };
        return (await _reviews.CreateAsync(review, cancellationToken).ConfigureAwait(false)).Status?.Allowed == true;
    }
}
