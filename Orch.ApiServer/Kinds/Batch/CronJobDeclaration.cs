using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Batch;

/// <summary>batch/v1 CronJob.</summary>
internal sealed class CronJobDeclaration() : ResourceDeclaration<V1CronJob>("cronjobs", ResourceScope.Namespaced)
{
    public override IReadOnlyList<string> ShortNames { get; } = ["cj"];

    public override IReadOnlyList<string> Categories { get; } = ["all"];

    public override bool HasStatus => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Schedule", "string", static item => item.Spec?.Schedule ?? string.Empty, description: "The schedule in Cron format, see https://en.wikipedia.org/wiki/Cron."),
        Column("Timezone", "string", static item => item.Spec?.TimeZone ?? Printing.None, description: "The time zone name for the given schedule, see https://en.wikipedia.org/wiki/List_of_tz_database_time_zones. If not specified, this will default to the time zone of the kube-controller-manager process. The set of valid time zone names and the time zone offset is loaded from the system-wide time zone database by the API server during CronJob validation and the controller manager during execution. If no system-wide time zone database can be found a bundled version of the database is used instead. If the time zone name becomes invalid during the lifetime of a CronJob or due to a change in host configuration, the controller will stop creating new new Jobs and will create a system event with the reason UnknownTimeZone. More information can be found in https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#time-zones"),
        Column("Suspend", "boolean", static item => Printing.Flag(item.Spec?.Suspend), description: "This flag tells the controller to suspend subsequent executions, it does not apply to already started executions.  Defaults to false."),
        Column("Active", "integer", static item => item.Status?.Active?.Count ?? 0, description: "A list of pointers to currently running jobs."),
        new("Last Schedule", "string", static (item, now) => ((V1CronJob)item).Status?.LastScheduleTime is { } last ? Printing.Since(last, now) : Printing.None) { Description = "Information when was the last time the job was successfully scheduled." },
        PrinterColumns.Age,
        Column("Containers", "string", static item => Printing.ContainerNames(item.Spec?.JobTemplate?.Spec?.Template), 1, "Names of each container in the template."),
        Column("Images", "string", static item => Printing.ContainerImages(item.Spec?.JobTemplate?.Spec?.Template), 1, "Images referenced by each container in the template."),
        Column("Selector", "string", static item => Printing.Selector(item.Spec?.JobTemplate?.Spec?.Selector), 1, "A label query over pods that should match the pod count. Normally, the system sets this field for you. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors"),
    ];

    protected override void Default(V1CronJob value)
    {
        var spec = value.Spec ??= new V1CronJobSpec();
        if (string.IsNullOrEmpty(spec.ConcurrencyPolicy)) { spec.ConcurrencyPolicy = "Allow"; }
        spec.Suspend ??= false;
        spec.SuccessfulJobsHistoryLimit ??= 3;
        spec.FailedJobsHistoryLimit ??= 1;
        spec.JobTemplate ??= new V1JobTemplateSpec();
        spec.JobTemplate.Spec ??= new V1JobSpec();
        JobDefaults.ApplyTemplate(spec.JobTemplate.Spec);
    }

    protected override void PrepareForCreate(V1CronJob value)
    {
        value.Status = new V1CronJobStatus();
        value.Metadata.Generation = 1;
    }

    protected override void PrepareForUpdate(V1CronJob value, V1CronJob old)
    {
        value.Status = old.Status;
        value.Metadata.Generation = Generations.Next(value.Spec, old.Spec, old.Metadata);
    }

    protected override void PrepareForStatusUpdate(V1CronJob value, V1CronJob old) => value.Spec = old.Spec;

    protected override void Validate(V1CronJob value, FieldErrors errors)
    {
        CronJobRules.Validate(value.Spec, null, errors);

        // A job is named after it and the minute it is for, in 11 characters more.
        if (value.Metadata.Name is { Length: > 52 } name) { errors.Invalid(FieldPath.Of("metadata").Child("name"), name, "must be no more than 52 characters"); }
    }

    protected override void ValidateUpdate(V1CronJob value, V1CronJob old, FieldErrors errors) => CronJobRules.Validate(value.Spec, old.Spec, errors);

    protected override IEnumerable<string> WarningsFor(V1CronJob value, V1CronJob? old)
    {
        foreach (var text in TemplateWarnings.ForName(value.Metadata, old?.Metadata)) { yield return text; }
        foreach (var text in JobWarnings.For(value.Spec.JobTemplate?.Spec, "spec.jobTemplate.spec", value.Metadata, old?.Metadata)) { yield return text; }
        if (value.Spec.Schedule?.Contains("TZ", StringComparison.Ordinal) == true)
        {
            yield return "cannot use TZ or CRON_TZ in spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details";
        }
    }
}
