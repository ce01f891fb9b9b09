using k8s;
using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;
using Orch.Security;

namespace Orch.ApiServer.Kinds.Certificates;

/// <summary>certificates.k8s.io/v1 CertificateSigningRequest.</summary>
/// <remarks>
/// Nothing of it changes after its creation but through subresources: <c>approval</c> writes conditions, <c>status</c> the certificate and
/// conditions other than <c>Approved</c> and <c>Denied</c>.
/// </remarks>
internal sealed class CertificateSigningRequestDeclaration : ResourceDeclaration<V1CertificateSigningRequest>
{
    private readonly TimeProvider _time;

    /// <summary>Declares the kind.</summary>
    /// <param name="time">Conditions without a time are given this one's.</param>
    public CertificateSigningRequestDeclaration(TimeProvider? time = null)
        : base("certificatesigningrequests", ResourceScope.Cluster)
    {
        _time = time ?? TimeProvider.System;
        PartialUpdates = new Dictionary<string, PartialUpdate>
        {
            ["approval"] = new(
                (value, old) => Approve((V1CertificateSigningRequest)value, (V1CertificateSigningRequest)old),
                static (value, old, errors) => CertificateSigningRequestRules.ValidateUpdate((V1CertificateSigningRequest)value, (V1CertificateSigningRequest)old, approves: true, signs: false, errors)),
        };
    }

    public override IReadOnlyList<string> ShortNames { get; } = ["csr"];

    public override bool HasStatus => true;

    public override IReadOnlyDictionary<string, PartialUpdate> PartialUpdates { get; }

    public override IReadOnlyDictionary<string, Func<object, string>> SelectableFields { get; } = new Dictionary<string, Func<object, string>>
    {
        ["spec.signerName"] = static item => ((V1CertificateSigningRequest)item).Spec?.SignerName ?? string.Empty,
    };

    public override IReadOnlyList<PrinterColumn> Columns => CertificateSigningRequestColumns.All;

    public override void ValidateName(string name, bool isPrefix, FieldPath path, FieldErrors errors) => NameRules.PathSegment(name, isPrefix, path, errors);

    public override void TakeRequester(IKubernetesObject<V1ObjectMeta> value, UserInfo user)
    {
        var spec = ((V1CertificateSigningRequest)value).Spec ??= new V1CertificateSigningRequestSpec();
        spec.Username = user.Name;
        spec.Uid = user.Uid.Length == 0 ? null : user.Uid;
        spec.Groups = user.Groups.Count == 0 ? null : [.. user.Groups];
        spec.Extra = user.Extra.Count == 0 ? null : user.Extra.ToDictionary(static pair => pair.Key, static pair => (IList<string>)[.. pair.Value]);
    }

    protected override void PrepareForCreate(V1CertificateSigningRequest value)
    {
        value.Spec ??= new V1CertificateSigningRequestSpec();
        (value.Spec.Username, value.Spec.Uid, value.Spec.Groups, value.Spec.Extra) = (null, null, null, null);
        value.Status = new V1CertificateSigningRequestStatus();
    }

    protected override void PrepareForUpdate(V1CertificateSigningRequest value, V1CertificateSigningRequest old)
    {
        value.Spec = old.Spec;
        value.Status = old.Status;
    }

    protected override void PrepareForStatusUpdate(V1CertificateSigningRequest value, V1CertificateSigningRequest old)
    {
        value.Spec = old.Spec;
        if (value.Status?.Conditions is not { Count: > 0 }) { return; }
        Keep(value, old, "Approved");
        Keep(value, old, "Denied");
        value.Status.Conditions = Dated(value, old);
    }

    protected override void Validate(V1CertificateSigningRequest value, FieldErrors errors) => CertificateSigningRequestRules.Validate(value, null, errors);

    protected override void ValidateUpdate(V1CertificateSigningRequest value, V1CertificateSigningRequest old, FieldErrors errors)
        => CertificateSigningRequestRules.ValidateUpdate(value, old, approves: false, signs: false, errors);

    protected override void ValidateStatusUpdate(V1CertificateSigningRequest value, V1CertificateSigningRequest old, FieldErrors errors)
        => CertificateSigningRequestRules.ValidateUpdate(value, old, approves: false, signs: true, errors);

    // As many conditions of the type as before are the same ones, whatever the writer made of them; more or fewer are left for the rules to refuse.
    private static void Keep(V1CertificateSigningRequest value, V1CertificateSigningRequest old, string type)
    {
        var kept = (old.Status?.Conditions ?? []).Where(item => item.Type == type).ToList();
        var places = value.Status.Conditions.Index().Where(item => item.Item.Type == type).Select(static item => item.Index).ToList();
        if (places.Count != kept.Count) { return; }
        foreach (var (index, place) in places.Index()) { value.Status.Conditions[place] = kept[index]; }
    }

    private void Approve(V1CertificateSigningRequest value, V1CertificateSigningRequest old)
    {
        value.Spec = old.Spec;
        value.Status = new V1CertificateSigningRequestStatus
        {
            Certificate = old.Status?.Certificate,
            Conditions = value.Status?.Conditions is { Count: > 0 } ? Dated(value, old) : null,
        };
    }

    private List<V1CertificateSigningRequestCondition> Dated(V1CertificateSigningRequest value, V1CertificateSigningRequest old)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(_time.GetUtcNow().ToUnixTimeSeconds()).UtcDateTime;
        return
        [
            .. value.Status.Conditions.Select(condition => condition with
            {
                LastUpdateTime = condition.LastUpdateTime ?? now,
                LastTransitionTime = condition.LastTransitionTime
                    ?? old.Status?.Conditions?.FirstOrDefault(item => item.Type == condition.Type && item.Status == condition.Status && item.LastTransitionTime is not null)?.LastTransitionTime
                    ?? now,
            }),
        ];
    }
}
