using System.Globalization;
using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.FlowControl;

/// <summary>flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfiguration.</summary>
internal sealed class PriorityLevelConfigurationDeclaration() : ResourceDeclaration<V1PriorityLevelConfiguration>("prioritylevelconfigurations", ResourceScope.Cluster)
{
    public override bool HasStatus => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Type", "string", static item => item.Spec?.Type ?? string.Empty, description: "`type` indicates whether this priority level is subject to limitation on request execution.  A value of `\"Exempt\"` means that requests of this priority level are not subject to a limit (and thus are never queued) and do not detract from the capacity made available to other priority levels.  A value of `\"Limited\"` means that (a) requests of this priority level _are_ subject to limits and (b) some of the server's limited capacity is made available exclusively to this priority level. Required."),
        Column("NominalConcurrencyShares", "string", static item => Shown(item.Spec?.Limited?.NominalConcurrencyShares), description: "`nominalConcurrencyShares` (NCS) contributes to the computation of the NominalConcurrencyLimit (NominalCL) of this level. This is the number of execution seats available at this priority level. This is used both for requests dispatched from this priority level as well as requests dispatched from other priority levels borrowing seats from this level. The server's concurrency limit (ServerCL) is divided among the Limited priority levels in proportion to their NCS values:\n\nNominalCL(i)  = ceil( ServerCL * NCS(i) / sum_ncs ) sum_ncs = sum[priority level k] NCS(k)\n\nBigger numbers mean a larger nominal concurrency limit, at the expense of every other priority level.\n\nIf not specified, this field defaults to a value of 30.\n\nSetting this field to zero supports the construction of a \"jail\" for this priority level that is used to hold some request(s)"),
        Column("Queues", "string", static item => Shown(item.Spec?.Limited?.LimitResponse?.Queuing?.Queues), description: "`queues` is the number of queues for this priority level. The queues exist independently at each apiserver. The value must be positive.  Setting it to 1 effectively precludes shufflesharding and thus makes the distinguisher method of associated flow schemas irrelevant.  This field has a default value of 64."),
        Column("HandSize", "string", static item => Shown(item.Spec?.Limited?.LimitResponse?.Queuing?.HandSize), description: "`handSize` is a small positive number that configures the shuffle sharding of requests into queues.  When enqueuing a request at this priority level the request's flow identifier (a string pair) is hashed and the hash value is used to shuffle the list of queues and deal a hand of the size specified here.  The request is put into one of the shortest queues in that hand. `handSize` must be no larger than `queues`, and should be significantly smaller (so that a few heavy flows do not saturate most of the queues).  See the user-facing documentation for more extensive guidance on setting this field.  This field has a default value of 8."),
        Column("QueueLengthLimit", "string", static item => Shown(item.Spec?.Limited?.LimitResponse?.Queuing?.QueueLengthLimit), description: "`queueLengthLimit` is the maximum number of requests allowed to be waiting in a given queue of this priority level at a time; excess requests are rejected.  This value must be positive.  If not specified, it will be defaulted to 50."),
        PrinterColumns.Age,
    ];

    protected override void Default(V1PriorityLevelConfiguration value)
    {
        var spec = value.Spec ??= new V1PriorityLevelConfigurationSpec();
        if (spec.Exempt is { } exempt)
        {
            exempt.NominalConcurrencyShares ??= 0;
            exempt.LendablePercent ??= 0;
        }

        if (spec.Limited is not { } limited) { return; }
        limited.NominalConcurrencyShares ??= 30;
        limited.LendablePercent ??= 0;
        if (limited.LimitResponse?.Queuing is not { } queuing) { return; }
        if (queuing.HandSize is null or 0) { queuing.HandSize = 8; }
        if (queuing.Queues is null or 0) { queuing.Queues = 64; }
        if (queuing.QueueLengthLimit is null or 0) { queuing.QueueLengthLimit = 50; }
    }

    protected override void PrepareForCreate(V1PriorityLevelConfiguration value)
    {
        value.Status = new V1PriorityLevelConfigurationStatus();
        value.Metadata.Generation = 1;
    }

    protected override void PrepareForUpdate(V1PriorityLevelConfiguration value, V1PriorityLevelConfiguration old)
    {
        value.Status = old.Status;
        value.Metadata.Generation = Generations.Next(value.Spec, old.Spec, old.Metadata);
    }

    protected override void PrepareForStatusUpdate(V1PriorityLevelConfiguration value, V1PriorityLevelConfiguration old)
    {
        StatusUpdates.KeepMetadata(value.Metadata, old.Metadata);
        value.Spec = old.Spec;
    }

    protected override void Validate(V1PriorityLevelConfiguration value, FieldErrors errors) => PriorityLevelRules.Validate(value, errors);

    protected override void ValidateStatusUpdate(V1PriorityLevelConfiguration value, V1PriorityLevelConfiguration old, FieldErrors errors)
        => PriorityLevelRules.ValidateStatus(value.Status, errors);

    private static string Shown(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? Printing.None;
}
