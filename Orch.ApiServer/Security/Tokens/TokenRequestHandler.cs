using k8s;
using k8s.Models;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Security.Lookup;
using Orch.ApiServer.Subresources;
using Orch.ApiServer.Validation;
using Orch.Resources;

namespace Orch.ApiServer.Security.Tokens;

/// <summary>Issues service account tokens: <c>kubectl create token</c>, and the tokens mounted into pods.</summary>
/// <remarks>https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/</remarks>
internal sealed class TokenRequestHandler(ServiceAccountTokens tokens, IObjectLookup objects, TimeProvider time) : ICreateHandler
{
    private const long MinSeconds = 600;
    private const long DefaultSeconds = 3600;
    private const long MaxSeconds = 1L << 32;
    private static readonly GroupVersionResource ServiceAccounts = new(string.Empty, "v1", "serviceaccounts");
    private static readonly GroupVersionKind Request = new("authentication.k8s.io", "v1", "TokenRequest");

    public CreateHandlerDescription Description { get; } =
        new(ServiceAccounts, "token", ResourceScope.Namespaced, Request, typeof(Authenticationv1TokenRequest));

    public async ValueTask<IKubernetesObject> CreateAsync(CreateCall call, CancellationToken cancellationToken)
    {
        await objects.CatchUpAsync(cancellationToken).ConfigureAwait(false); // the pod may have been bound a moment ago
        var request = (Authenticationv1TokenRequest)call.Body;
        CheckName(request.Metadata?.Name, call.Key.Name);
        var account = objects.Find<V1ServiceAccount>(call.Key) ?? throw ApiErrors.NotFound(ServiceAccounts, call.Key.Name);
        if (!string.IsNullOrEmpty(request.Metadata?.Uid) && request.Metadata.Uid != account.Metadata.Uid)
        {
            throw ApiErrors.Conflict(new GroupVersionResource(Request.Group, Request.Version, Request.Kind), call.Key.Name,
                $"the UID in the token request ({request.Metadata.Uid}) does not match the UID of the service account ({account.Metadata.Uid})");
        }

        request.Spec ??= new V1TokenRequestSpec();
        request.Spec.ExpirationSeconds ??= DefaultSeconds;
        if (request.Spec.Audiences is not { Count: > 0 }) { request.Spec.Audiences = [.. tokens.Audiences]; }
        Validate(request, call.Key.Name);

        var now = time.GetUtcNow();
        var claims = Bind(call, request.Spec.BoundObjectRef, new ServiceAccountClaims(call.Key.Namespace, new ObjectIdentity(account.Metadata.Name, account.Metadata.Uid))
        {
            Id = Guid.NewGuid().ToString(),
            Audiences = [.. request.Spec.Audiences],
            Issued = now,
            NotBefore = now,
            Expires = now.AddSeconds(request.Spec.ExpirationSeconds.Value),
        });
        request.ApiVersion = Request.ApiVersion;
        request.Kind = Request.Kind;
        request.Metadata = new V1ObjectMeta { Name = call.Key.Name, NamespaceProperty = call.Key.Namespace, CreationTimestamp = now.UtcDateTime };
        request.Status = new V1TokenRequestStatus { Token = call.IsDryRun ? string.Empty : tokens.Sign(claims), ExpirationTimestamp = claims.Expires.UtcDateTime };
        return request;
    }

    private static void CheckName(string? given, string name)
    {
        if (string.IsNullOrEmpty(given) || given == name) { return; }
        var errors = new FieldErrors();
        errors.Invalid(FieldPath.Of("metadata").Child("name"), given, "must match the service account name if specified");
        throw ApiErrors.Invalid(Request, name, errors);
    }

    private static void Validate(Authenticationv1TokenRequest request, string name)
    {
        var errors = new FieldErrors();
        var path = FieldPath.Of("spec").Child("expirationSeconds");
        if (request.Spec.ExpirationSeconds < MinSeconds) { errors.Invalid(path, request.Spec.ExpirationSeconds, "may not specify a duration less than 10 minutes"); }
        if (request.Spec.ExpirationSeconds > MaxSeconds) { errors.Invalid(path, request.Spec.ExpirationSeconds, "may not specify a duration larger than 2^32 seconds"); }
        if (errors.Count > 0) { throw ApiErrors.Invalid(Request, name, errors); }
    }

    private ServiceAccountClaims Bind(CreateCall call, V1BoundObjectReference? bound, ServiceAccountClaims claims)
    {
        if (bound is null) { return claims; }
        var (group, version) = GroupVersionOf(bound.ApiVersion ?? string.Empty);
        switch (group, bound.Kind)
        {
            case ("", "Pod"):
                var pod = Require<V1Pod>("pods", new ObjectKey(call.Key.Namespace, bound.Name), bound);
                if ((pod.Spec.ServiceAccountName ?? "default") != call.Key.Name)
                {
                    throw ApiErrors.BadRequest($"cannot bind token for serviceaccount \"{call.Key.Name}\" to pod running with different serviceaccount name.");
                }

                if (string.IsNullOrEmpty(pod.Spec.NodeName)) { return claims with { Pod = Identity(pod) }; }
                // Where the node is gone its name is all that is known of it.
                var host = objects.Find<V1Node>(ObjectKey.Cluster(pod.Spec.NodeName));
                return claims with { Pod = Identity(pod), Node = host is null ? new ObjectIdentity(pod.Spec.NodeName, string.Empty) : Identity(host) };
            case ("", "Secret"): return claims with { Secret = Identity(Require<V1Secret>("secrets", new ObjectKey(call.Key.Namespace, bound.Name), bound)) };
            case ("", "Node"): return claims with { Node = Identity(Require<V1Node>("nodes", ObjectKey.Cluster(bound.Name), bound)) };
            default: throw ApiErrors.BadRequest($"cannot bind token to object of type {group}/{version}, Kind={bound.Kind}");
        }
    }

    private static (string Group, string Version) GroupVersionOf(string apiVersion) => apiVersion.Split('/') switch
    {
        [var version] => (string.Empty, version),
        [var group, var version] => (group, version),
        _ => (string.Empty, string.Empty),
    };

    private static ObjectIdentity Identity(IKubernetesObject<V1ObjectMeta> item) => new(item.Metadata.Name, item.Metadata.Uid);

    private T Require<T>(string resource, ObjectKey key, V1BoundObjectReference bound)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var described = new GroupVersionResource(string.Empty, "v1", resource);
        if (objects.Find<T>(key) is not { } found) { throw ApiErrors.NotFound(described, key.Name); }
        if (!string.IsNullOrEmpty(bound.Uid) && bound.Uid != found.Metadata.Uid)
        {
            throw ApiErrors.Conflict(described with { Resource = bound.Kind }, key.Name,
                $"the UID in the bound object reference ({bound.Uid}) does not match the UID in record. The object might have been deleted and then recreated");
        }

        return found;
    }
}
