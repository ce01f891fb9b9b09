using System.Text;
using k8s.Models;
using Orch.Client;
using Orch.Client.Reconciling;
using Orch.Controllers.Hosting;
using Orch.Resources;

namespace Orch.Controllers.ServiceAccounts;

/// <summary>Fills secrets that ask for a service account's long-lived token, and removes those whose account is gone.</summary>
internal sealed class ServiceAccountTokenController : IReconciler
{
    private const string TokenType = "kubernetes.io/service-account-token";
    private const string NameAnnotation = "kubernetes.io/service-account.name";
    private const string UidAnnotation = "kubernetes.io/service-account.uid";
    private const string ByAccount = "orch.token-of";
    private readonly IInformer<V1Secret> _secrets;
    private readonly IInformer<V1ServiceAccount> _accounts;
    private readonly IResourceClient<V1Secret> _secretClient;
    private readonly IResourceClient<V1ServiceAccount> _accountClient;
    private readonly LegacyTokenSigner? _signer;
    private readonly string? _certificates;

    public ServiceAccountTokenController(ControllerContext context)
    {
        _secrets = context.Informer<V1Secret>();
        _secrets.AddIndex(ByAccount, static secret => AccountOf(secret) is { } account ? [account.ToString()] : []);
        _accounts = context.Informer<V1ServiceAccount>();
        _secretClient = context.Client.Resource<V1Secret>();
        _accountClient = context.Client.Resource<V1ServiceAccount>();
        _signer = context.Options.ServiceAccountPrivateKey is { } key ? new LegacyTokenSigner(key) : null;
        _certificates = context.Options.RootCertificateAuthority;
        context.Loop("tokens", this)
            .Watch(_secrets, static secret => secret.Type == TokenType ? [secret.Key()] : [])
            .WatchEvents(_accounts, change => change is { Old: not null, New: not null } ? [] : _secrets.ByIndex(ByAccount, change.Object.Key().ToString()).Select(static secret => secret.Key()));
    }

    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_secrets.Find(key) is not { } secret || secret.IsDeleting() || AccountOf(secret) is not { } accountKey) { return ReconcileResult.Done; }
        var account = _accounts.Find(accountKey) ?? await FindAsync(accountKey, cancellationToken).ConfigureAwait(false);
        var uid = secret.Annotation(UidAnnotation);
        if (account is null || (!string.IsNullOrEmpty(uid) && uid != account.Metadata.Uid))
        {
            await DeleteAsync(secret, cancellationToken).ConfigureAwait(false);
        }
        else if (_signer is not null)
        {
            await FillAsync(secret, account, cancellationToken).ConfigureAwait(false);
        }

        return ReconcileResult.Done;
    }

    private static ObjectKey? AccountOf(V1Secret secret)
        => secret.Type == TokenType && secret.Annotation(NameAnnotation) is { Length: > 0 } name ? new ObjectKey(secret.Metadata.NamespaceProperty, name) : null;

    // The cache may not know an account that was made just before its secret.
    private async Task<V1ServiceAccount?> FindAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        try
        {
            return await _accountClient.GetAsync(key, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException exception) when (exception.IsNotFound)
        {
            return null;
        }
    }

    private async Task DeleteAsync(V1Secret secret, CancellationToken cancellationToken)
    {
        try
        {
            await _secretClient.DeleteAsync(secret.Key(), new DeleteRequest { PreconditionUid = secret.Metadata.Uid }, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException exception) when (exception.IsNotFound || exception.IsConflict)
        {
            // Gone already.
        }
    }

    private async Task FillAsync(V1Secret secret, V1ServiceAccount account, CancellationToken cancellationToken)
    {
        var data = new Dictionary<string, byte[]>(secret.Data ?? new Dictionary<string, byte[]>());
        var before = data.Count;
        var isStale = _certificates is not null && (!data.TryGetValue("ca.crt", out var present) || Encoding.UTF8.GetString(present) != _certificates);
        if (isStale) { data["ca.crt"] = Encoding.UTF8.GetBytes(_certificates!); }
        data.TryAdd("namespace", Encoding.UTF8.GetBytes(account.Metadata.NamespaceProperty));
        if (!data.ContainsKey("token")) { data["token"] = Encoding.UTF8.GetBytes(_signer!.Sign(account, secret)); }
        if (!isStale && data.Count == before && secret.Annotation(UidAnnotation) == account.Metadata.Uid) { return; }

        var annotations = new Dictionary<string, string>(secret.Metadata.Annotations) { [UidAnnotation] = account.Metadata.Uid };
        await _secretClient.UpdateAsync(secret with { Data = data, Metadata = secret.Metadata with { Annotations = annotations } }, cancellationToken).ConfigureAwait(false);
    }
}
