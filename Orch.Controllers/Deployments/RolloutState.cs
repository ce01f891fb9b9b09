using System.Globalization;
using k8s.Models;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.Controllers.Deployments;

/// <summary>What a plan in the making knows: the replica sets as they will be, and how they were.</summary>
internal sealed class RolloutState
{
    private readonly PodTemplateHash _hash;
    private readonly Dictionary<string, V1ReplicaSet> _before;
    private readonly List<V1ReplicaSet> _deletes = [];
    private bool _isNewCreated;

    public RolloutState(V1Deployment deployment, IEnumerable<V1ReplicaSet> sets, PodTemplateHash hash, DateTimeOffset now)
    {
        Deployment = deployment;
        Now = now;
        _hash = hash;
        Limits = RolloutLimits.For(deployment);
        Conditions = [.. deployment.Status?.Conditions ?? []];
        List<V1ReplicaSet> ordered = [.. sets.OrderBy(static set => set.Metadata.CreationTimestamp).ThenBy(static set => set.Metadata.Name, StringComparer.Ordinal)];
        _before = ordered.ToDictionary(static set => set.Metadata.Name);
        New = ordered.Find(set => hash.AreEqual(set.Spec.Template, deployment.Spec.Template));
        Old = [.. ordered.Where(set => !ReferenceEquals(set, New))];
    }

    public V1Deployment Deployment { get; }

    public DateTimeOffset Now { get; }

    public RolloutLimits Limits { get; }

    public int Desired => Deployment.Spec.Replicas ?? 1;

    /// <summary>The set of the present template; the oldest if, after a race, there are several.</summary>
    public V1ReplicaSet? New { get; private set; }

    /// <summary>All others, oldest first.</summary>
    public List<V1ReplicaSet> Old { get; }

    public IEnumerable<V1ReplicaSet> All => New is null ? Old : Old.Append(New);

    public List<V1DeploymentCondition> Conditions { get; set; }

    private string? Revision { get; set; }

    public static int Replicas(V1ReplicaSet set) => set.Spec.Replicas ?? 1;

    public static int Available(V1ReplicaSet set) => set.Status?.AvailableReplicas ?? 0;

    public V1DeploymentCondition? Condition(string type) => DeploymentConditions.Find(Conditions, type);

    public void Set(string type, string status, string reason, string message)
        => Conditions = DeploymentConditions.With(Conditions, DeploymentConditions.Make(type, status, reason, message, Now));

    /// <summary>Gives a set a size.</summary>
    /// <returns>Whether that is another one than it had.</returns>
    public bool Scale(V1ReplicaSet set, int replicas)
    {
        var scaled = set with
        {
            Metadata = set.Metadata with { Annotations = DeploymentAnnotations.WithSizes(Deployment, set) },
            Spec = set.Spec with { Replicas = replicas },
        };
        Replace(set, scaled);
        return Replicas(set) != replicas;
    }

    public void Delete(V1ReplicaSet set) => _deletes.Add(set);

    /// <summary>Brings revision, copied annotations and <c>minReadySeconds</c> of the present set up to date.</summary>
    public void AnnotateNew()
    {
        if (New is not { } set) { return; }
        var annotated = set with
        {
            Metadata = set.Metadata with { Annotations = DeploymentAnnotations.ForNewReplicaSet(Deployment, set, NextRevision()) },
            Spec = set.Spec with { MinReadySeconds = Deployment.Spec.MinReadySeconds is null or 0 ? null : Deployment.Spec.MinReadySeconds },
        };
        Replace(set, annotated);
        Revision = annotated.Annotation(DeploymentAnnotations.Revision);
        if (DeploymentStatusPlan.Deadline(Deployment) is not null && Condition(DeploymentConditions.Progressing) is null)
        {
            Set(DeploymentConditions.Progressing, "True", DeploymentConditions.FoundNewReplicaSet, $"Found new replica set \"{set.Metadata.Name}\"");
        }
    }

    /// <summary>The present set, made if it is missing.</summary>
    public V1ReplicaSet EnsureNew()
    {
        if (New is not null) { AnnotateNew(); return New; }
        var hash = _hash.Compute(Deployment.Spec.Template, Deployment.Status?.CollisionCount);
        var revision = NextRevision();
        New = Make(hash, revision);
        New = New with { Spec = New.Spec with { Replicas = RollingUpdate.NewSize(this, New) } };
        _isNewCreated = true;
        Revision = revision.ToString(CultureInfo.InvariantCulture);
        if (DeploymentStatusPlan.Deadline(Deployment) is not null)
        {
            Set(DeploymentConditions.Progressing, "True", DeploymentConditions.NewReplicaSetCreated, $"Created new replica set \"{New.Metadata.Name}\"");
        }

        return New;
    }

    public RolloutPlan Plan((V1DeploymentStatus Status, TimeSpan? NextCheck) status) => new()
    {
        Create = _isNewCreated ? New : null,
        Updates = [.. All.Where(set => !(_isNewCreated && ReferenceEquals(set, New)))
            .Select(set => new ReplicaSetUpdate(_before[set.Metadata.Name], set))
            .Where(static update => IsChanged(update))],
        Deletes = _deletes,
        Revision = Revision is not null && Revision != Deployment.Annotation(DeploymentAnnotations.Revision) ? Revision : null,
        Status = status.Status,
        NextCheck = status.NextCheck,
    };

    private static bool IsChanged(ReplicaSetUpdate update)
        => !ReferenceEquals(update.Before, update.After)
            && (Replicas(update.Before) != Replicas(update.After)
                || (update.Before.Spec.MinReadySeconds ?? 0) != (update.After.Spec.MinReadySeconds ?? 0)
                || !ApiJson.ContentEquals(update.Before.Metadata.Annotations, update.After.Metadata.Annotations));

    private long NextRevision() => Old.Select(static set => DeploymentAnnotations.RevisionOf(set)).DefaultIfEmpty(0).Max() + 1;

    private void Replace(V1ReplicaSet set, V1ReplicaSet by)
    {
        if (New?.Metadata.Name == set.Metadata.Name) { New = by; return; }
        var index = Old.FindIndex(one => one.Metadata.Name == set.Metadata.Name);
        if (index >= 0) { Old[index] = by; }
    }

    private V1ReplicaSet Make(string hash, long revision)
    {
        var template = ApiJson.DeepCopy(Deployment.Spec.Template);
        template.Metadata ??= new V1ObjectMeta();
        template.Metadata.Labels = new Dictionary<string, string>(template.Metadata.Labels ?? new Dictionary<string, string>()) { [PodTemplateHash.Label] = hash };
        var selector = ApiJson.DeepCopy(Deployment.Spec.Selector);
        selector.MatchLabels = new Dictionary<string, string>(selector.MatchLabels ?? new Dictionary<string, string>()) { [PodTemplateHash.Label] = hash };
        return new V1ReplicaSet
        {
            ApiVersion = "apps/v1",
            Kind = "ReplicaSet",
            Metadata = new V1ObjectMeta
            {
                Name = $"{Deployment.Metadata.Name}-{hash}",
                NamespaceProperty = Deployment.Metadata.NamespaceProperty,
                Labels = new Dictionary<string, string>(template.Metadata.Labels),
                Annotations = DeploymentAnnotations.ForNewReplicaSet(Deployment, null, revision),
                OwnerReferences = [Deployment.ControllerReference()],
            },
            Spec = new V1ReplicaSetSpec { Replicas = 0, MinReadySeconds = Deployment.Spec.MinReadySeconds, Selector = selector, Template = template },
        };
    }
}
