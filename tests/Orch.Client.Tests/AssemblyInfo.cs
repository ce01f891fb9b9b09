// Fake time is driven on while the thread pool is idle, which a test beside would never let it be.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
