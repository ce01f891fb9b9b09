using Orch.Client;
using Orch.Resources;

namespace Orch.Controllers.CustomResources;

/// <summary>A custom resource whose objects are watched.</summary>
/// <param name="Info">In the version that is watched.</param>
/// <param name="Informer">Of the metadata alone; readable after the end too.</param>
/// <param name="Stop">Cancelled at the end.</param>
internal sealed record FollowedKind(KindInfo Info, IInformer<PartialObjectMetadata> Informer, CancellationToken Stop);
