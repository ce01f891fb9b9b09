using k8s;
using k8s.Models;
using Orch.ApiServer.Bootstrap;
using Orch.ApiServer.Registry;
using Orch.Client;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.ApiServer.Subresources;

/// <summary>Asks a pod's disruption budget whether the pod may go, and takes one disruption from it.</summary>
internal sealed class DisruptionGuard(ServedResources resources, ObjectReader reader, ObjectWriter writer, TimeProvider time)
{
    private const int MaxUnconfirmed = 2000;
    private const string Refusal = "Cannot evict pod as it would violate the pod's disruption budget.";
    private static readonly GroupVersionResource BudgetResource = new("policy", "v1", "poddisruptionbudget");
    private readonly ServedResource? _budgets = resources.Find(typeof(V1PodDisruptionBudget));

    /// <summary>The budget is behind, or the pod changed: come again.</summary>
    public static ApiException NotYet(string budget) => TooMany(10, $"The disruption budget {budget} is still being processed by the server.");

    /// <summary>Asks.</summary>
    /// <exception cref="ApiException">403, 429: not now; 500: several budgets claim the pod.</exception>
    public async ValueTask<Leave> AskAsync(V1Pod pod, bool isDryRun, CancellationToken cancellationToken)
    {
        if (_budgets is not { } budgets) { return new Leave(string.Empty, false); }
        var space = pod.Metadata.NamespaceProperty ?? string.Empty;
        var list = await reader.ListAsync(budgets, new ListCall(Selection.Parse(budgets, space, null, null)), cancellationToken).ConfigureAwait(false);
        V1PodDisruptionBudget? found = null;
        foreach (var item in list.Items)
        {
            var budget = (V1PodDisruptionBudget)item.Value;
            if (!Picks(budget.Spec?.Selector, pod)) { continue; }
            if (found is not null) { throw Several(); }
            found = budget;
        }

        if (found is null) { return new Leave(string.Empty, false); }
        var name = found.Metadata.Name;
        if (!IsReady(pod))
        {
            // It is no help to the application as it is; whether it may go depends on whether the others suffice.
            if (found.Spec?.UnhealthyPodEvictionPolicy == "AlwaysAllow") { return new Leave(name, true); }
            if (found.Status is { DesiredHealthy: > 0 } status && (status.CurrentHealthy ?? 0) >= status.DesiredHealthy) { return new Leave(name, true); }
        }

        if (isDryRun)
        {
            Check(found);
            return new Leave(name, false);
        }

        var change = ObjectChange.Status((current, _) => new ValueTask<IKubernetesObject<V1ObjectMeta>>(Taken((V1PodDisruptionBudget)current.Value, pod.Metadata.Name)));
        await writer.UpdateAsync(budgets, new WriteCall(ObjectEnsurer.Server) { Subresource = "status", IsAdmitted = true }, found.Key(), change, cancellationToken).ConfigureAwait(false);
        return new Leave(name, false);
    }

    private static bool Picks(V1LabelSelector? selector, V1Pod pod)
    {
        try { return LabelSelector.From(selector).Matches(pod.Metadata.Labels); }
        catch (SelectorException) { return false; }
    }

    private static bool IsReady(V1Pod pod) => pod.Status.Condition("Ready")?.Status == "True";

    private static void Check(V1PodDisruptionBudget budget)
    {
        var (name, status) = (budget.Metadata.Name, budget.Status ?? new V1PodDisruptionBudgetStatus());
        if ((status.ObservedGeneration ?? 0) < (budget.Metadata.Generation ?? 0)) { throw NotYet(name); }
        if (status.DisruptionsAllowed < 0) { throw ApiErrors.Forbidden(BudgetResource, name, "pdb disruptions allowed is negative"); }
        if (status.DisruptedPods?.Count > MaxUnconfirmed) { throw ApiErrors.Forbidden(BudgetResource, name, "DisruptedPods map too big - too many evictions not confirmed by PDB controller"); }
        if (status.DisruptionsAllowed is null or 0)
        {
            throw TooMany(0, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"The disruption budget {name} needs {status.DesiredHealthy ?? 0} healthy pods and has {status.CurrentHealthy ?? 0} currently"));
        }
    }

    private static ApiException TooMany(int retryAfterSeconds, string cause)
    {
        var error = ApiErrors.TooManyRequests(Refusal, retryAfterSeconds);
        if (retryAfterSeconds == 0) { error.Status.Details.RetryAfterSeconds = null; }
        error.Status.Details.Causes = [new V1StatusCause { Reason = "DisruptionBudget", Message = cause }];
        return error;
    }

    private static ApiException Several() => new(new V1Status
    {
        ApiVersion = "v1", Kind = "Status", Metadata = new V1ListMeta(), Status = "Failure", Code = 500,
        Message = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
    });

    // The budget's controller must not count the pod any more, though it is there still.
    private V1PodDisruptionBudget Taken(V1PodDisruptionBudget budget, string pod)
    {
        Check(budget);
        var now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
        var taken = ApiJson.DeepCopy(budget);
        taken.Status.DisruptionsAllowed--;
        if (taken.Status.DisruptionsAllowed == 0)
        {
            var wanted = new V1Condition { Type = "DisruptionAllowed", Status = "False", Reason = "InsufficientPods", Message = string.Empty, ObservedGeneration = taken.Status.ObservedGeneration };
            taken.Status.Conditions = Conditions.With(taken.Status.Conditions, wanted, now);
        }

        taken.Status.DisruptedPods ??= new Dictionary<string, DateTime?>();
        taken.Status.DisruptedPods[pod] = now.UtcDateTime;
        return taken;
    }
}

/// <summary>That a pod may go.</summary>
/// <param name="Budget">The budget that was asked; empty for none.</param>
/// <param name="OnlyAsItIs">Whether the leave holds only while the pod does not change.</param>
internal readonly record struct Leave(string Budget, bool OnlyAsItIs);
