using k8s.Models;
using Orch.Controllers.Deployments;
using Orch.Serialization;
using Orch.Testing.Builders;
using static Orch.Testing.Builders.Build;

namespace Orch.Controllers.Tests.Deployments;

/// <summary>A deployment and its replica sets as values: plans are applied, replica sets obey, late and bit by bit.</summary>
internal sealed class SimulatedRollout
{
    private readonly PodTemplateHash _hash = new();
    private readonly Dictionary<string, (int Pods, int Available)> _actual = [];
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public SimulatedRollout(int replicas, string surge, string unavailable, bool recreate = false)
    {
        Deployment = Deployment("web", replicas).Image("app:1").WithUid("d").With(item =>
        {
            item.Metadata.Generation = 1;
            item.Spec.Strategy = recreate
                ? new V1DeploymentStrategy { Type = "Recreate" }
                : new V1DeploymentStrategy { Type = "RollingUpdate", RollingUpdate = new V1RollingUpdateDeployment { MaxSurge = surge, MaxUnavailable = unavailable } };
        });
    }

    public V1Deployment Deployment { get; private set; }

    public List<V1ReplicaSet> Sets { get; private set; } = [];

    public int Wanted => Sets.Sum(set => set.Spec.Replicas ?? 0);

    public int Available => _actual.Values.Sum(actual => actual.Available);

    public int SetsWithPods => _actual.Values.Count(actual => actual.Pods > 0);

    public IEnumerable<int> Sizes => Sets.Select(set => set.Spec.Replicas ?? 0);

    public bool IsComplete => DeploymentStatusPlan.IsComplete(Deployment, Deployment.Status);

    public V1DeploymentCondition Progressing => Condition("Progressing");

    public V1DeploymentCondition Condition(string type) => Deployment.Status.Conditions.Single(condition => condition.Type == type);

    public void Change(Action<V1Deployment> change)
    {
        Deployment = ApiJson.DeepCopy(Deployment);
        change(Deployment);
        Deployment.Metadata.Generation++;
    }

    public void Deploy(string image) => Change(deployment => deployment.Image(image));

    public void Scale(int replicas) => Change(deployment => deployment.Spec.Replicas = replicas);

    public void Pass(TimeSpan time) => _now += time;

    public RolloutPlan Apply()
    {
        var plan = Plan();
        if (plan.Create is { } created)
        {
            Assert.DoesNotContain(Sets, set => set.Metadata.Name == created.Metadata.Name);
            Sets.Add(ApiJson.DeepCopy(created).WithUid(created.Metadata.Name).CreatedAt(_now).With(set => set.Metadata.Generation = 1));
            _actual[created.Metadata.Name] = (0, 0);
        }

        foreach (var update in plan.Updates)
        {
            var after = ApiJson.DeepCopy(update.After);
            if (update.Before.Spec.Replicas != after.Spec.Replicas) { after.Metadata.Generation++; }
            Sets[Sets.FindIndex(set => set.Metadata.Name == after.Metadata.Name)] = after;
        }

        Sets = [.. Sets.Where(set => !plan.Deletes.Any(deleted => deleted.Metadata.Name == set.Metadata.Name))];
        Deployment = Deployment with { Status = plan.Status };
        if (plan.Revision is not null) { Deployment = ApiJson.DeepCopy(Deployment).WithAnnotation(DeploymentAnnotations.Revision, plan.Revision); }
        _now += TimeSpan.FromSeconds(1);
        return plan;
    }

    /// <summary>Every replica set has the pods it wants; new ones are available or not.</summary>
    public void RunReplicaSets(bool ready)
    {
        foreach (var set in Sets)
        {
            Obey(set);
            var (pods, available) = _actual[set.Metadata.Name];
            if (ready) { _actual[set.Metadata.Name] = (pods, pods); }
            else { _actual[set.Metadata.Name] = (pods, available); }
        }

        ReportAll();
    }

    public void RandomStep(Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                Apply();
                break;
            case 1 when Sets.Count > 0:
                Obey(Sets[random.Next(Sets.Count)]);
                break;
            case 2 when Sets.Count > 0:
                var name = Sets[random.Next(Sets.Count)].Metadata.Name;
                var (pods, available) = _actual[name];
                _actual[name] = (pods, Math.Min(pods, available + random.Next(3)));
                break;
            case 3 when Sets.Count > 0:
                // Some sets report, others lag behind.
                Report(random.Next(Sets.Count));
                break;
        }
    }

    public void Settle()
    {
        for (var round = 0; round < 200; round++)
        {
            Apply();
            RunReplicaSets(ready: true);
        }
    }

    public void AssertNothingLeftToDo()
    {
        var plan = Plan();
        Assert.Null(plan.Create);
        Assert.Empty(plan.Updates);
        Assert.Empty(plan.Deletes);
        Assert.Null(plan.Revision);
        Assert.True(ApiJson.ContentEquals(Deployment.Status, plan.Status));
    }

    private RolloutPlan Plan() => RolloutPlan.For(Deployment, Sets, _hash, uid => _actual[uid].Pods > 0, _now);

    private void Obey(V1ReplicaSet set)
    {
        var wanted = set.Spec.Replicas ?? 0;
        var (_, available) = _actual[set.Metadata.Name];
        _actual[set.Metadata.Name] = (wanted, Math.Min(wanted, available));
    }

    private void ReportAll()
    {
        for (var index = 0; index < Sets.Count; index++) { Report(index); }
    }

    private void Report(int index)
    {
        var (pods, available) = _actual[Sets[index].Metadata.Name];
        Sets[index] = Sets[index] with
        {
            Status = new V1ReplicaSetStatus { Replicas = pods, ReadyReplicas = available, AvailableReplicas = available, ObservedGeneration = Sets[index].Metadata.Generation },
        };
    }
}
