using k8s.Models;
using static Orch.ApiServer.Tests.Kinds.Cases;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>The rules of daemon sets, stateful sets and replication controllers, each case with exactly the faults that upstream finds.</summary>
public sealed class AppsRulesTests
{
    private const string Daemon = "{metadata: {name: d}, spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}, ";
    private const string Stateful = "{metadata: {name: s}, spec: {serviceName: web, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}, ";
    private const string Controller = "{metadata: {name: r}, spec: {template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}, ";
    private const string Storage = "volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}], ";

    private static readonly Dictionary<string, (Func<string> Faults, string Expected)> Table = new()
    {
        ["daemon set"] = (Create<V1DaemonSet>(Daemon + "}}"), ""),
        ["daemon set without selector"] = (Create<V1DaemonSet>("{metadata: {name: d}, spec: {" + Template("{a: b}") + "}}"), "spec.template.metadata.labels: Invalid value: {\"a\":\"b\"}: `selector` does not match template `labels`"),
        ["daemon set of any pod"] = (Create<V1DaemonSet>("{metadata: {name: d}, spec: {selector: {}, " + Template("{a: b}") + "}}"), "spec.selector: Invalid value: {}: empty selector is invalid for daemonset"),
        ["daemon set of other pods"] = (Create<V1DaemonSet>("{metadata: {name: d}, spec: {selector: {matchLabels: {a: c}}, " + Template("{a: b}") + "}}"), "spec.template.metadata.labels: Invalid value: {\"a\":\"b\"}: `selector` does not match template `labels`"),
        ["daemon set of pods that end"] = (Create<V1DaemonSet>("{metadata: {name: d}, spec: {selector: {matchLabels: {a: b}}, " + Template("{a: b}", "restartPolicy: OnFailure, activeDeadlineSeconds: 5") + "}}"), "spec.template.spec.restartPolicy: Unsupported value: \"OnFailure\": supported values: \"Always\"\nspec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in DaemonSet is not Supported"),
        ["daemon set counts"] = (Create<V1DaemonSet>(Daemon + "minReadySeconds: -1, revisionHistoryLimit: -2}}"), "spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0\nspec.revisionHistoryLimit: Invalid value: -2: must be greater than or equal to 0"),
        ["daemon set strategy"] = (Create<V1DaemonSet>(Daemon + "updateStrategy: {type: Magic}}}"), "spec.updateStrategy: Unsupported value: {\"Type\":\"Magic\",\"RollingUpdate\":null}: supported values: \"RollingUpdate\", \"OnDelete\""),
        ["daemon set that surges and stops"] = (Create<V1DaemonSet>(Daemon + "updateStrategy: {rollingUpdate: {maxSurge: 1}}}}"), "spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero"),
        ["daemon set that cannot roll"] = (Create<V1DaemonSet>(Daemon + "updateStrategy: {rollingUpdate: {maxUnavailable: 0}}}}"), "spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0"),
        ["daemon set with more than all"] = (Create<V1DaemonSet>(Daemon + "updateStrategy: {rollingUpdate: {maxUnavailable: '101%'}}}}"), "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: \"101%\": must not be greater than 100%"),
        ["daemon set with half a percent"] = (Create<V1DaemonSet>(Daemon + "updateStrategy: {rollingUpdate: {maxUnavailable: half}}}}"), "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: \"half\": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"),
        ["daemon set's selector changed"] = (Update<V1DaemonSet>(Daemon + "}}", set => { set.Spec.Selector.MatchLabels = new Dictionary<string, string> { ["c"] = "d" }; set.Spec.Template.Metadata.Labels = new Dictionary<string, string> { ["c"] = "d" }; }), "spec.selector: Invalid value: {\"matchLabels\":{\"c\":\"d\"}}: field is immutable"),
        ["daemon set reports less than nothing"] = (Status<V1DaemonSet>(Daemon + "}}", set => set.Status = new V1DaemonSetStatus { NumberReady = -1, UpdatedNumberScheduled = -1 }), "status.numberReady: Invalid value: -1: must be greater than or equal to 0\nstatus.updatedNumberScheduled: Invalid value: -1: must be greater than or equal to 0"),
        ["daemon set's collisions forgotten"] = (StatusWith<V1DaemonSet>(Daemon + "}}", set => set.Status.CollisionCount = 2, set => set.Status.CollisionCount = 1), "status.collisionCount: Invalid value: 1: cannot be decremented"),

        ["stateful set"] = (Create<V1StatefulSet>(Stateful + "}}"), ""),
        ["stateful set with storage"] = (Create<V1StatefulSet>("{metadata: {name: s}, spec: {" + Storage + "selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i, volumeMounts: [{name: data, mountPath: /data}]}]}}}}"), ""),
        ["stateful set with unknown storage"] = (Create<V1StatefulSet>("{metadata: {name: s}, spec: {" + Storage + "selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i, volumeMounts: [{name: other, mountPath: /data}]}]}}}}"), "spec.template.spec.containers[0].volumeMounts[0].name: Not found: \"other\""),
        ["stateful set with storage of no size"] = (Create<V1StatefulSet>(Stateful + "volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce]}}]}}"), "spec.volumeClaimTemplates[0].spec.resources[storage]: Required value"),
        ["stateful set order"] = (Create<V1StatefulSet>(Stateful + "podManagementPolicy: Random}}"), "spec.podManagementPolicy: Invalid value: \"Random\": must be 'OrderedReady' or 'Parallel'"),
        ["stateful set rolls on delete"] = (Create<V1StatefulSet>(Stateful + "updateStrategy: {type: OnDelete, rollingUpdate: {partition: 1}}}}"), "spec.updateStrategy.rollingUpdate: Invalid value: {\"Partition\":1,\"MaxUnavailable\":null}: only allowed for updateStrategy 'RollingUpdate'"),
        ["stateful set strategy"] = (Create<V1StatefulSet>(Stateful + "updateStrategy: {type: Magic}}}"), "spec.updateStrategy: Invalid value: {\"Type\":\"Magic\",\"RollingUpdate\":null}: must be 'RollingUpdate' or 'OnDelete'"),
        ["stateful set partition"] = (Create<V1StatefulSet>(Stateful + "updateStrategy: {rollingUpdate: {partition: -1, maxUnavailable: 0}}}}"), "spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0\nspec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: 0: cannot be 0"),
        ["stateful set with more than all"] = (Create<V1StatefulSet>(Stateful + "updateStrategy: {rollingUpdate: {maxUnavailable: '120%'}}}}"), "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: \"120%\": must not be greater than 100%"),
        ["stateful set's claims go"] = (Create<V1StatefulSet>(Stateful + "persistentVolumeClaimRetentionPolicy: {whenScaled: Sell}}}"), "spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: \"Sell\": supported values: \"Retain\", \"Delete\""),
        ["stateful set counts"] = (Create<V1StatefulSet>(Stateful + "replicas: -1, minReadySeconds: -2, ordinals: {start: -3}}}"), "spec.replicas: Invalid value: -1: must be greater than or equal to 0\nspec.minReadySeconds: Invalid value: -2: must be greater than or equal to 0\nspec.ordinals.start: Invalid value: -3: must be greater than or equal to 0"),
        ["stateful set without selector"] = (Create<V1StatefulSet>("{metadata: {name: s}, spec: {" + Template("{a: b}") + "}}"), "spec.selector: Required value\nspec.template.metadata.labels: Invalid value: {\"a\":\"b\"}: `selector` does not match template `labels`"),
        ["stateful set of any pod"] = (Create<V1StatefulSet>("{metadata: {name: s}, spec: {selector: {}, " + Template("{a: b}") + "}}"), "spec.selector: Invalid value: {}: empty selector is invalid for statefulset"),
        ["stateful set of pods that end"] = (Create<V1StatefulSet>("{metadata: {name: s}, spec: {selector: {matchLabels: {a: b}}, " + Template("{a: b}", "restartPolicy: Never, activeDeadlineSeconds: 5") + "}}"), "spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values: \"Always\"\nspec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in StatefulSet is not Supported"),
        ["stateful set grows"] = (Update<V1StatefulSet>(Stateful + "}}", set => { set.Spec.Replicas = 3; set.Spec.RevisionHistoryLimit = 2; set.Spec.MinReadySeconds = 1; set.Spec.Ordinals = new V1StatefulSetOrdinals { Start = 1 }; }), ""),
        ["stateful set's service changed"] = (Update<V1StatefulSet>(Stateful + "}}", set => set.Spec.ServiceName = "other"), "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"),
        ["stateful set reports too many"] = (Status<V1StatefulSet>(Stateful + "}}", set => set.Status = new V1StatefulSetStatus { Replicas = 1, ReadyReplicas = 2, CurrentReplicas = 2, UpdatedReplicas = 2, AvailableReplicas = 3 }),
            "status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas\nstatus.currentReplicas: Invalid value: 2: cannot be greater than status.replicas\nstatus.updatedReplicas: Invalid value: 2: cannot be greater than status.replicas\nstatus.availableReplicas: Invalid value: 3: cannot be greater than status.replicas\nstatus.availableReplicas: Invalid value: 3: cannot be greater than status.readyReplicas"),

        ["controller"] = (Create<V1ReplicationController>(Controller + "}}"), ""),
        ["controller of nothing"] = (Create<V1ReplicationController>("{metadata: {name: r}, spec: {template: {spec: {containers: [{name: c, image: i}]}}}}"), "spec.selector: Required value"),
        ["controller without template"] = (Create<V1ReplicationController>("{metadata: {name: r}, spec: {selector: {a: b}}}"), "spec.template: Required value"),
        ["controller of other pods"] = (Create<V1ReplicationController>(Controller + "selector: {a: c}}}"), "spec.template.metadata.labels: Invalid value: {\"a\":\"b\"}: `selector` does not match template `labels`"),
        ["controller counts"] = (Create<V1ReplicationController>(Controller + "replicas: -1, minReadySeconds: -1}}"), "spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0\nspec.replicas: Invalid value: -1: must be greater than or equal to 0"),
        ["controller of pods that end"] = (Create<V1ReplicationController>("{metadata: {name: r}, spec: {" + Template("{a: b}", "restartPolicy: Never, activeDeadlineSeconds: 5") + "}}"), "spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values: \"Always\"\nspec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicationController is not Supported"),
        ["controller reports too many"] = (Status<V1ReplicationController>(Controller + "}}", item => item.Status = new V1ReplicationControllerStatus { Replicas = 1, FullyLabeledReplicas = 2, AvailableReplicas = 1 }), "status.fullyLabeledReplicas: Invalid value: 2: cannot be greater than status.replicas\nstatus.availableReplicas: Invalid value: 1: cannot be greater than readyReplicas"),
        ["template"] = (Create<V1PodTemplate>("{metadata: {name: t}, template: {spec: {containers: []}}}"), "template.spec.containers: Required value"),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Rules_ObjectOfTheCase_HasExactlyItsFaults(string name) => Assert.Equal(Table[name].Expected, Table[name].Faults());

    [Fact]
    public void DaemonSet_Template_IsCountedOnItsOwn()
    {
        const string Count = "deprecated.daemonset.template.generation";
        var made = Declared.Created<V1DaemonSet>(Daemon + "}}");
        Assert.Equal(("1", 1), (made.Metadata.Annotations[Count], made.Metadata.Generation));

        var slower = Declared.Updated(made, set => { set.Spec.MinReadySeconds = 5; set.Metadata.Annotations[Count] = "7"; });
        Assert.Equal(("1", 2), (slower.Metadata.Annotations[Count], slower.Metadata.Generation));

        var newer = Declared.Updated(slower, set => set.Spec.Template.Spec.Containers[0].Image = "j");
        Assert.Equal(("2", 3), (newer.Metadata.Annotations[Count], newer.Metadata.Generation));
    }

    [Fact]
    public void Controller_WithoutSelector_TakesTheTemplatesLabels()
    {
        var made = Declared.Created<V1ReplicationController>(Controller + "}}");

        Assert.Equal("b", made.Spec.Selector["a"]);
        Assert.Equal("b", made.Metadata.Labels["a"]);
        Assert.Equal("Orphan", Declared.Of<V1ReplicationController>().DefaultPropagation);
    }

    [Fact]
    public void Status_IsClearedOnCreateAndKeptOnUpdate()
    {
        var made = Declared.Created<V1StatefulSet>(Stateful + "replicas: 2}, status: {replicas: 5}}");
        Assert.Equal((0, 0), (made.Status.Replicas, made.Status.AvailableReplicas));

        var changed = Declared.Updated(made, set => { set.Status = new V1StatefulSetStatus { Replicas = 9 }; set.Spec.Replicas = 3; });
        Assert.Equal((0, 2), (changed.Status.Replicas, changed.Metadata.Generation));
    }

    [Fact]
    public void StatefulSet_NameWithDots_IsRefusedSincePodsAreNamedAfterIt()
    {
        var errors = new ApiServer.Validation.FieldErrors();
        Declared.Of<V1StatefulSet>().ValidateName("a.b", isPrefix: false, ApiServer.Validation.FieldPath.Of("metadata").Child("name"), errors);
        Assert.Equal("metadata.name: Invalid value: \"a.b\": must not contain dots", errors.ToString());
    }
}
